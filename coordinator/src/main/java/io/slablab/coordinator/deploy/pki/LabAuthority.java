package io.slablab.coordinator.deploy.pki;

import io.slablab.agent.protocol.HostIdentity;
import io.slablab.coordinator.store.StateFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.security.auth.x500.X500Principal;

/**
 * The lab's authority and the identities it gave. Threads: any; processes: any, by a lock on a
 * file.
 */
public final class LabAuthority {
  /** How long a host's certificate is good for. */
  public static final Duration HOST_VALIDITY = Duration.ofDays(90);

  private static final Duration RENEWED_WITH_LEFT = HOST_VALIDITY.dividedBy(2);
  private static final Duration OWN_VALIDITY = Duration.ofDays(3650);
  private static final Duration OWN_RENEWED_WITH_LEFT = Duration.ofDays(365);
  private static final int OWN_KEY_BITS = 256;
  private static final int HOST_KEY_BITS = 2048;

  /** Within this JVM; a lock on a file is the whole JVM's. */
  private static final Object ONE_AT_A_TIME = new Object();

  private final Path folder;
  private final InstantSource clock;
  private final int hostKeyBits;

  /**
   * @param folder of the lab; made at the first use
   */
  public LabAuthority(Path folder, InstantSource clock) {
    this(folder, clock, HOST_KEY_BITS);
  }

  LabAuthority(Path folder, InstantSource clock, int hostKeyBits) {
    this.folder = folder;
    this.clock = clock;
    this.hostKeyBits = hostKeyBits;
  }

  /** The lab of this user. */
  public static LabAuthority ofUser() {
    return new LabAuthority(StateFolder.ofUser().pki(), InstantSource.system());
  }

  /**
   * The folder of the coordinator's identity, good for at least half of {@link #HOST_VALIDITY}.
   *
   * @throws IOException in one line
   */
  public Path coordinator() throws IOException {
    return ready(
        HostIdentity.COORDINATOR, folder.resolve("coordinator"), HOST_VALIDITY, RENEWED_WITH_LEFT);
  }

  /**
   * The folder of a host's identity, good for at least half of {@link #HOST_VALIDITY}.
   *
   * @param host inventory name, which is fit to be a folder's
   * @throws IOException in one line
   */
  public Path host(String host) throws IOException {
    return ready(host, hostFolder(host), HOST_VALIDITY, RENEWED_WITH_LEFT);
  }

  /**
   * A host's identity for carrying it there by hand.
   *
   * @param validity how long it shall be good for, from now
   */
  public HostIdentity token(String host, Duration validity) throws IOException {
    return HostIdentity.read(ready(host, hostFolder(host), validity, validity));
  }

  private Path hostFolder(String host) {
    return folder.resolve("hosts").resolve(host);
  }

  private Path ready(String name, Path identity, Duration validity, Duration left)
      throws IOException {
    HostIdentity.makePrivate(folder);
    synchronized (ONE_AT_A_TIME) {
      try (FileChannel lock =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock();
        renew(name, identity, validity, left);
        return identity;
      } catch (GeneralSecurityException e) {
        throw new IOException(
            "%s: not what it was: %s; without the folder a new one is made"
                .formatted(identity, e.getMessage()),
            e);
      }
    }
  }

  private void renew(String name, Path identity, Duration validity, Duration left)
      throws IOException, GeneralSecurityException {
    Instant now = clock.instant();
    Authority authority = authority(now);
    HostIdentity.Places files = HostIdentity.in(identity);
    PrivateKey key;
    if (Files.exists(files.key())) {
      HostIdentity had = HostIdentity.read(identity);
      if (isGood(had, name, authority, now.plus(left))) {
        return;
      }
      key = Pem.key("RSA", had.key());
    } else {
      key = Issuer.newKey("RSA", hostKeyBits).getPrivate();
    }
    X509Certificate certificate =
        Issuer.of(authority.certificate(), authority.key())
            .issue(name, publicKey(key), now, validity);
    new HostIdentity(Pem.of(key), Pem.of(certificate), Pem.of(authority.certificate()))
        .write(identity);
  }

  private static boolean isGood(
      HostIdentity identity, String name, Authority authority, Instant until) {
    try {
      X509Certificate certificate = Pem.certificate(identity.certificate());
      certificate.verify(authority.certificate().getPublicKey());
      return Pem.certificate(identity.authority()).equals(authority.certificate())
          && certificate.getSubjectX500Principal().equals(new X500Principal("CN=" + name))
          && !certificate.getNotAfter().toInstant().isBefore(until);
    } catch (GeneralSecurityException _) {
      return false; // of another authority, or torn
    }
  }

  private static PublicKey publicKey(PrivateKey key) throws GeneralSecurityException {
    if (!(key instanceof RSAPrivateCrtKey rsa)) {
      throw new GeneralSecurityException("the key says nothing of its public half");
    }
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
  }

  private record Authority(X509Certificate certificate, PrivateKey key) {}

  private Authority authority(Instant now) throws IOException {
    Path own = folder.resolve("authority");
    try {
      return authority(own, now);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          """
          %s: cannot be read: %s
              without the folder %s a new lab is made; tokens must then be given out anew\
          """
              .formatted(own.resolve("ca.crt"), e.getMessage(), folder),
          e);
    }
  }

  private static Authority authority(Path own, Instant now)
      throws IOException, GeneralSecurityException {
    Path keyFile = own.resolve("ca.key");
    Path certificateFile = own.resolve("ca.crt");
    if (Files.exists(certificateFile)) {
      HostIdentity.requirePrivate(own);
      HostIdentity.requirePrivate(keyFile);
      X509Certificate certificate = Pem.certificate(Files.readString(certificateFile));
      if (certificate.getNotAfter().toInstant().isAfter(now.plus(OWN_RENEWED_WITH_LEFT))) {
        return new Authority(certificate, Pem.key("EC", Files.readString(keyFile)));
      }
    }
    KeyPair key = Issuer.newKey("EC", OWN_KEY_BITS);
    X509Certificate certificate = Issuer.authority(key, now, OWN_VALIDITY);
    HostIdentity.makePrivate(own);
    HostIdentity.writePrivate(keyFile, Pem.of(key.getPrivate()));
    HostIdentity.writePrivate(certificateFile, Pem.of(certificate));
    return new Authority(certificate, key.getPrivate());
  }
}
