package io.slablab.coordinator.deploy.ssh;

import io.slablab.coordinator.inventory.SshAccess.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/**
 * The keys that one server may show, as OpenSSH's {@code known_hosts} has them: plain and hashed
 * names, patterns, {@code @revoked}. Lines with {@code @cert-authority} are passed over.
 */
final class KnownHosts {
  private static final Object WRITING = new Object();

  private final Path file;
  private final Endpoint server;
  private final List<Line> lines;

  /**
   * @param number from 1
   */
  private record Line(int number, boolean revoked, PublicKey key) {}

  private KnownHosts(Path file, Endpoint server, List<Line> lines) {
    this.file = file;
    this.server = server;
    this.lines = lines;
  }

  /** Reads what a file has for a server; a file that is not there has nothing. */
  static KnownHosts read(Path file, Endpoint server) throws SshException {
    List<Line> lines = new ArrayList<>();
    if (Files.exists(file)) {
      List<String> text;
      try {
        text = Files.readAllLines(file);
      } catch (IOException e) {
        throw new SshException(
            SshException.Kind.HOST_KEY, file + ": cannot be read: " + e.getMessage(), e);
      }
      for (int i = 0; i < text.size(); i++) {
        line(text.get(i), i + 1, server).ifPresent(lines::add);
      }
    }
    return new KnownHosts(file, server, lines);
  }

  private static Optional<Line> line(String text, int number, Endpoint server) {
    try {
      KnownHostEntry entry = KnownHostEntry.parseKnownHostEntry(text.strip());
      if (entry == null
          || "cert-authority".equals(entry.getMarker())
          || !entry.isHostMatch(server.host(), server.port())) {
        return Optional.empty();
      }
      PublicKey key = entry.getKeyEntry().resolvePublicKey(null, PublicKeyEntryResolver.IGNORING);
      return Optional.ofNullable(key)
          .map(found -> new Line(number, "revoked".equals(entry.getMarker()), found));
    } catch (IOException | GeneralSecurityException | RuntimeException _) {
      return Optional.empty(); // as ssh does: a line that makes no sense knows no host
    }
  }

  /**
   * Types of the keys that are known, as {@code ssh-ed25519}; a server should show one of these.
   */
  List<String> keyTypes() {
    return lines.stream().filter(l -> !l.revoked()).map(l -> KeyUtils.getKeyType(l.key())).toList();
  }

  /** Why a server that shows this key is refused; empty when it may be trusted. */
  Optional<String> refusal(PublicKey shown) {
    Optional<Line> same =
        lines.stream().filter(line -> KeyUtils.compareKeys(line.key(), shown)).findFirst();
    if (same.isPresent()) {
      return same.filter(Line::revoked)
          .map(line ->
              "%s:%d: the key that %s shows is revoked"
                  .formatted(file, line.number(), server.place()));
    }
    return lines.stream()
        .filter(line -> !line.revoked())
        .findFirst()
        .map(line -> changed(line, shown))
        .or(() -> Optional.of(unknown(shown)));
  }

  boolean knowsNone() {
    return lines.isEmpty();
  }

  private String changed(Line line, PublicKey shown) {
    return """
    %s:%d: the key of %s has changed: it shows %s %s
        if the host was installed anew, compare the key there and replace the line; otherwise \
    somebody may be in between\
    """
        .formatted(
            file, line.number(), server.place(), KeyUtils.getKeyType(shown), fingerprint(shown));
  }

  private String unknown(PublicKey shown) {
    return """
    %s: has no line for %s, which shows %s %s
        compare it with 'ssh-keygen -lf' on the host, then add it, or run with --accept-new\
    """
        .formatted(file, server.place(), KeyUtils.getKeyType(shown), fingerprint(shown));
  }

  private static String fingerprint(PublicKey key) {
    return KeyUtils.getFingerPrint(key);
  }

  /** Adds a line for the server; the file is made where it is absent. */
  void add(PublicKey key) throws IOException {
    String name = server.port() == 22 ? server.host() : "[" + server.host() + "]:" + server.port();
    synchronized (WRITING) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null && !Files.exists(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      boolean torn = Files.exists(file) && !endsWithLineFeed();
      Files.writeString(
          file,
          (torn ? "\n" : "") + name + " " + PublicKeyEntry.toString(key) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  private boolean endsWithLineFeed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return bytes.length == 0 || bytes[bytes.length - 1] == '\n';
  }
}
