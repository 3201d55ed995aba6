package io.slablab.agent.protocol;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * What proves to the other side of a connection that a process belongs to the lab: a private key, a
 * certificate for it, and the certificate of the lab's authority, each as PEM text.
 *
 * <p>On a disk it is a folder of mode 0700 with three files of mode 0600, or one file of that mode
 * with all three, a token. It is printed nowhere and travels in no message.
 */
public record HostIdentity(String key, String certificate, String authority) {
  /** The name in a coordinator's certificate; no host can have it. */
  public static final String COORDINATOR = "slablab coordinator";

  private static final String BEGIN = "-----BEGIN ";
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  /** The files of an identity in its folder. */
  public record Places(Path key, Path certificate, Path authority) {}

  public static Places in(Path folder) {
    return new Places(
        folder.resolve("host.key"), folder.resolve("host.crt"), folder.resolve("ca.crt"));
  }

  /**
   * Reads a folder.
   *
   * @throws IOException in one line, when a file is absent, or the key or its folder is open to
   *     others
   */
  public static HostIdentity read(Path folder) throws IOException {
    requirePrivate(folder);
    Places files = in(folder);
    requirePrivate(files.key());
    return new HostIdentity(text(files.key()), text(files.certificate()), text(files.authority()));
  }

  /**
   * Reads a token: key, certificate and authority one after the other.
   *
   * @throws IOException in one line, when the file is no token, or is open to others
   */
  public static HostIdentity readToken(Path file) throws IOException {
    requirePrivate(file);
    String[] blocks = text(file).split("(?=" + BEGIN + ")", -1);
    if (blocks.length != 3
        || !blocks[0].startsWith(BEGIN + "PRIVATE KEY")
        || !blocks[1].startsWith(BEGIN + "CERTIFICATE")
        || !blocks[2].startsWith(BEGIN + "CERTIFICATE")) {
      throw new IOException(file + ": not a token: it holds a private key and two certificates");
    }
    return new HostIdentity(blocks[0], blocks[1], blocks[2]);
  }

  /** Writes the folder's files; the folder is made where it is absent. */
  public void write(Path folder) throws IOException {
    makePrivate(folder);
    Places files = in(folder);
    // The certificate last: whoever reads in between has an old one for the same key.
    writePrivate(files.key(), key);
    writePrivate(files.authority(), authority);
    writePrivate(files.certificate(), certificate);
  }

  public void writeToken(Path file) throws IOException {
    writePrivate(file, key + certificate + authority);
  }

  /**
   * @param place where it was read, for the message
   * @throws IOException in one line, when the certificate's time has not come or is over
   */
  public void requireValid(Path place, Instant now) throws IOException {
    try {
      X509Certificate of =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII)));
      if (now.isAfter(of.getNotAfter().toInstant())) {
        throw new IOException(
            "%s: the certificate expired at %s: have the coordinator bring or make it anew"
                .formatted(place, of.getNotAfter().toInstant()));
      }
      if (now.isBefore(of.getNotBefore().toInstant())) {
        throw new IOException(
            "%s: the certificate is good from %s on, and here it is %s: set the clock"
                .formatted(place, of.getNotBefore().toInstant(), now));
      }
    } catch (CertificateException e) {
      throw new IOException(place + ": no certificate: " + e.getMessage(), e);
    }
  }

  /** Whose a certificate is: a host's inventory name, or {@link #COORDINATOR}; empty for none. */
  static String owner(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(part -> String.valueOf(part.getValue()))
              .findFirst()
              .orElse("");
    } catch (InvalidNameException _) {
      return "";
    }
  }

  /** Makes a folder of mode 0700, and those above it where they are absent. */
  public static void makePrivate(Path folder) throws IOException {
    Files.createDirectories(folder, mode("rwx------"));
    requirePrivate(folder);
  }

  /** Writes a file of mode 0600: whole under its name, or not at all. */
  public static void writePrivate(Path file, String text) throws IOException {
    Path part =
        Files.createTempFile(
            file.toAbsolutePath().getParent(), "." + file.getFileName(), ".tmp", mode("rw-------"));
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * @throws IOException in one line, when others may read or change it, or it is absent
   */
  public static void requirePrivate(Path path) throws IOException {
    Set<PosixFilePermission> mode;
    try {
      mode = Files.getPosixFilePermissions(path);
    } catch (FileSystemException e) {
      throw new IOException(path + ": cannot be read: no such file, or no permission", e);
    }
    if (mode.stream().anyMatch(OTHERS::contains)) {
      throw new IOException(
          "%s: open to others (%s): 'chmod go= %s', and think about who may have read it"
              .formatted(path, PosixFilePermissions.toString(mode), path));
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (FileSystemException e) {
      throw new IOException(file + ": cannot be read: no such file, or no permission", e);
    }
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "HostIdentity[...]";
  }
}
