package io.slablab.coordinator.deploy.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.agent.protocol.HostIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-01-10T12:00:00Z");

  @TempDir Path folder;

  @Test
  void onlyTheOwnerReadsAnythingOfIt() throws IOException {
    lab(NOW).coordinator();
    lab(NOW).host("epyc-01");
    try (Stream<Path> all = Files.walk(pki())) {
      for (Path path : all.filter(path -> !path.endsWith(".lock")).toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as("%s", path)
            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void anIdentityIsMadeOnceAndKept() throws IOException {
    HostIdentity first = HostIdentity.read(lab(NOW).host("h"));
    Instant later = NOW.plus(LabAuthority.HOST_VALIDITY.dividedBy(2)).minusSeconds(60);
    assertThat(HostIdentity.read(lab(later).host("h"))).isEqualTo(first);
  }

  @Test
  void aCertificateIsRenewedForTheSameKeyLongBeforeItExpires()
      throws IOException, GeneralSecurityException {
    HostIdentity first = HostIdentity.read(lab(NOW).host("h"));
    Instant later = NOW.plus(LabAuthority.HOST_VALIDITY.dividedBy(2)).plusSeconds(60);
    HostIdentity second = HostIdentity.read(lab(later).host("h"));
    assertThat(second.key()).isEqualTo(first.key());
    assertThat(second.authority()).isEqualTo(first.authority());
    assertThat(Pem.certificate(second.certificate()).getNotAfter().toInstant())
        .isEqualTo(later.plus(LabAuthority.HOST_VALIDITY));
  }

  @Test
  void anAuthorityNearItsEndIsReplacedAndItsHostsWithIt()
      throws IOException, GeneralSecurityException {
    HostIdentity first = HostIdentity.read(lab(NOW).host("h"));
    Instant later = NOW.plus(Duration.ofDays(3650 - 300));
    HostIdentity second = HostIdentity.read(lab(later).host("h"));
    assertThat(second.authority()).isNotEqualTo(first.authority());
    X509Certificate authority = Pem.certificate(second.authority());
    Pem.certificate(second.certificate()).verify(authority.getPublicKey());
  }

  @Test
  void hostsOfOneLabHaveOneAuthorityAndKeysOfTheirOwn() throws IOException {
    HostIdentity one = HostIdentity.read(lab(NOW).host("one"));
    HostIdentity other = HostIdentity.read(lab(NOW).host("other"));
    assertThat(one.authority()).isEqualTo(other.authority());
    assertThat(one.key()).isNotEqualTo(other.key());
  }

  @Test
  void aCertificateIsForBothEndsOfAConnectionAndSignsNothing()
      throws IOException, GeneralSecurityException {
    X509Certificate of = Pem.certificate(HostIdentity.read(lab(NOW).host("h")).certificate());
    assertThat(of.getBasicConstraints()).isEqualTo(-1);
    assertThat(of.getExtendedKeyUsage()).hasSize(2);
    assertThat(of.getSubjectX500Principal().getName()).isEqualTo("CN=h");
    assertThat(of.getSubjectAlternativeNames()).containsExactly(List.of(2, "slablab"));
    of.checkValidity(java.util.Date.from(NOW.minus(Duration.ofHours(25))));
  }

  /** What earlier versions gave the coordinator bore a name that a host can have. */
  @Test
  void aCertificateOfAnotherNameIsReplaced() throws IOException, GeneralSecurityException {
    Path coordinator = lab(NOW).coordinator();
    HostIdentity.read(lab(NOW).host("coordinator")).write(coordinator);
    X509Certificate now = Pem.certificate(HostIdentity.read(lab(NOW).coordinator()).certificate());
    assertThat(now.getSubjectX500Principal().getName()).isEqualTo("CN=slablab coordinator");
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws IOException {
    Path identity = lab(NOW).host("h");
    Path key = HostIdentity.in(identity).key();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> lab(NOW).host("h"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(key + ": open to others (rw-r--r--)")
        .hasMessageContaining("chmod go=");
  }

  @Test
  void aTornAuthorityIsNamedAndNotReplaced() throws IOException {
    lab(NOW).coordinator();
    Path authority = pki().resolve("authority/ca.crt");
    Files.writeString(authority, "torn");
    assertThatThrownBy(() -> lab(NOW).coordinator())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(authority.toString());
    assertThat(authority).hasContent("torn");
  }

  @Test
  void aTokenIsReadAsItWasWrittenAndFromNoOpenFile() throws IOException {
    HostIdentity given = lab(NOW).token("h", Duration.ofDays(200));
    Path token = folder.resolve("token");
    given.writeToken(token);
    assertThat(HostIdentity.readToken(token)).isEqualTo(given);
    assertThat(given.toString()).doesNotContain("PRIVATE");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-rw----"));
    assertThatThrownBy(() -> HostIdentity.readToken(token)).hasMessageContaining("open to others");
    HostIdentity.writePrivate(token, given.certificate());
    assertThatThrownBy(() -> HostIdentity.readToken(token)).hasMessageContaining("not a token");
  }

  private Path pki() {
    return folder.resolve("pki");
  }

  private LabAuthority lab(Instant now) {
    return TestLabs.at(pki(), InstantSource.fixed(now));
  }
}
