package io.slablab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.HostIdentity;
import io.slablab.coordinator.deploy.link.Door.Sighting;
import io.slablab.coordinator.deploy.pki.LabAuthority;
import io.slablab.coordinator.deploy.pki.TestLabs;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Coordinator and agents as actor systems of their own, connected by TLS on loopback. */
class ConnectionsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(4);

  @TempDir Path folder;
  private LabAuthority lab = TestLabs.in(Path.of(""));
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> logged =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          log.add(event.getLevel() + " " + event.getFormattedMessage());
        }
      };

  @BeforeEach
  void prepare() {
    lab = TestLabs.in(folder.resolve("lab"));
    logged.start();
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(logged);
  }

  @Test
  void anAgentIsLetInAndFindsTheCoordinatorThatFollows() throws Exception {
    int port;
    TestAgent agent;
    try (TestCoordinator first = coordinator("c1", "1")) {
      BlockingQueue<Sighting> sightings = first.expect("h", 3);
      port = first.port();
      agent = new TestAgent("c1", "1", "h", first.address(), lab.host("h"));
      assertThat(TestCoordinator.next(sightings, PATIENCE))
          .isInstanceOf(Sighting.Here.class)
          .extracting(Sighting::incarnation)
          .isEqualTo(3);
    }
    try (agent;
        TestCoordinator second = new TestCoordinator("c1", "1", lab.coordinator(), port)) {
      BlockingQueue<Sighting> sightings = second.expect("h", 1);
      Sighting here = TestCoordinator.next(sightings, PATIENCE);
      assertThat(here.incarnation()).isEqualTo(1);
      ((Sighting.Here) here).agent().tell(new AgentCommand.Shutdown("over"));
      assertThat(agent.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo(new Connections.End.Dismissed());
    }
  }

  @Test
  void anAgentOfAnyCampaignServesTheOneThatListens() throws Exception {
    try (TestCoordinator coordinator = coordinator("c1", "1")) {
      BlockingQueue<Sighting> sightings = coordinator.expect("h", 1);
      try (TestAgent _ = new TestAgent("", "1", "h", coordinator.address(), lab.host("h"))) {
        assertThat(TestCoordinator.next(sightings, PATIENCE)).isInstanceOf(Sighting.Here.class);
      }
    }
  }

  @Test
  void anotherCampaignAndAnotherVersionAreRefusedInOneLineOnBothSides() throws Exception {
    try (TestCoordinator coordinator = coordinator("c1", "1")) {
      coordinator.expect("h", 1);
      try (TestAgent foreign = new TestAgent("c2", "1", "h", coordinator.address(), lab.host("h"));
          TestAgent old = new TestAgent("c1", "0", "h", coordinator.address(), lab.host("h"))) {
        assertThat(end(foreign))
            .isEqualTo(
                new Connections.End.Refused("the agent serves campaign c2, this is campaign c1"));
        assertThat(end(old))
            .isEqualTo(
                new Connections.End.Refused(
                    "the agent is version 0, the coordinator 1: bring the same to both"));
      }
      assertThat(log)
          .anyMatch(line -> line.matches("WARN refused an agent at .*: the agent serves .*"))
          .anyMatch(line -> line.matches("WARN refused an agent at .*: the agent is version .*"));
    }
  }

  /** It trusts this lab's coordinator, and has what another lab gave it. */
  @Test
  void aCertificateOfAnotherLabIsNoneOfThisOne() throws Exception {
    HostIdentity foreign = HostIdentity.read(TestLabs.in(folder.resolve("other")).host("stranger"));
    String ours = HostIdentity.read(lab.coordinator()).authority();
    Path mixed = folder.resolve("mixed");
    new HostIdentity(foreign.key(), foreign.certificate(), ours).write(mixed);
    refusedByTheTransport(mixed, "no certificate of this lab");
  }

  @Test
  void anAgentOfAnotherLabDoesNotTrustTheCoordinator() throws Exception {
    refusedByTheTransport(
        TestLabs.in(folder.resolve("other")).host("h"),
        "a certificate of CN=slablab coordinator, issued by CN=slablab lab .* which is not of this"
            + " lab");
  }

  @Test
  void aCertificateOfOneHostLetsNobodyInAsAnother() throws Exception {
    try (TestCoordinator coordinator = coordinator("c1", "1")) {
      BlockingQueue<Sighting> sightings = coordinator.expect("h", 1);
      try (TestAgent liar = new TestAgent("c1", "1", "h", coordinator.address(), lab.host("g"))) {
        assertThat(end(liar))
            .asString()
            .matches(".*the certificate shown at .* is of g and lets nobody in as h.*");
      }
      assertThat(sightings).isEmpty();
    }
    assertThat(log).anyMatch(line -> line.matches("WARN refused an agent at .* is of g and .*"));
  }

  @Test
  void aHostIsNoCoordinatorToAnAgent() throws Exception {
    try (TestCoordinator liar = new TestCoordinator("c1", "1", lab.host("g"), 0)) {
      liar.expect("h", 1);
      try (TestAgent agent = new TestAgent("c1", "1", "h", liar.address(), lab.host("h"), SHORT)) {
        assertThat(end(agent)).isEqualTo(new Connections.End.Alone(SHORT));
      }
    }
    assertThat(log)
        .anyMatch(line ->
            line.matches("WARN refused a connection: .* shows a certificate of g, who is no .*"));
  }

  @Test
  void anExpiredCertificateIsRefusedAndItsTimeNamed() throws Exception {
    LabAuthority early = TestLabs.in(folder.resolve("lab"), LabAuthority.HOST_VALIDITY.plusDays(1));
    refusedByTheTransport(
        early.host("late"), "a certificate of CN=late, .* which is good from .* to .* only");
  }

  private void refusedByTheTransport(Path identity, String reason) throws Exception {
    try (TestCoordinator coordinator = coordinator("c1", "1")) {
      BlockingQueue<Sighting> sightings = coordinator.expect("h", 1);
      try (TestAgent agent =
          new TestAgent("c1", "1", "h", coordinator.address(), identity, SHORT)) {
        assertThat(end(agent)).isEqualTo(new Connections.End.Alone(SHORT));
      }
      assertThat(sightings).isEmpty();
    }
    assertThat(log)
        .anyMatch(line -> line.matches("WARN refused a connection: it shows " + reason + ".*"));
  }

  @Test
  void whoShowsNoCertificateIsNotHeard() throws Exception {
    try (TestCoordinator coordinator = coordinator("c1", "1");
        Socket anonymous = anonymous(coordinator.port())) {
      assertThat(drain(anonymous)).isZero();
    }
    assertThat(log).contains("WARN refused a connection: it shows no certificate of this lab");
  }

  private SSLSocket anonymous(int port) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in =
        Files.newInputStream(HostIdentity.in(folder.resolve("lab/coordinator")).authority())) {
      trusted.setCertificateEntry(
          "lab", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, trust.getTrustManagers(), null);
    return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
  }

  @Test
  void aRenewedCertificateIsShownWithoutARestart() throws Exception {
    Duration age = LabAuthority.HOST_VALIDITY.minusDays(1);
    Path identity = TestLabs.in(folder.resolve("lab"), age).coordinator();
    try (TestCoordinator coordinator = new TestCoordinator("c1", "1", identity, 0)) {
      assertThat(shown(coordinator)).isBefore(Instant.now().plus(Duration.ofDays(2)));
      assertThat(lab.coordinator()).isEqualTo(identity);
      assertThat(shown(coordinator)).isAfter(Instant.now().plus(Duration.ofDays(80)));
    }
  }

  /** When the coordinator's certificate expires. */
  private Instant shown(TestCoordinator coordinator) throws IOException, GeneralSecurityException {
    try (SSLSocket socket = anonymous(coordinator.port())) {
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getNotAfter().toInstant();
    }
  }

  @Test
  void whoSpeaksNoTlsIsNotHeard() throws Exception {
    try (TestCoordinator coordinator = coordinator("c1", "1");
        Socket plain = new Socket("127.0.0.1", coordinator.port())) {
      assertThat(drain(plain)).as("an alert and no more").isLessThan(100);
    }
  }

  /** Says what the transport begins with, and counts what comes until the other side closes. */
  private static int drain(Socket socket) throws IOException {
    socket.setSoTimeout(5000);
    int bytes = 0;
    try {
      socket.getOutputStream().write("PEKK\u0001".getBytes(StandardCharsets.US_ASCII));
      while (socket.getInputStream().read() >= 0) {
        bytes++;
      }
    } catch (SocketException | SSLException _) {
      // reset, or an alert: closed as well
    }
    return bytes;
  }

  private TestCoordinator coordinator(String campaign, String version) throws IOException {
    return new TestCoordinator(campaign, version, lab.coordinator(), 0);
  }

  private static Connections.End end(TestAgent agent)
      throws InterruptedException, ExecutionException, TimeoutException {
    return agent.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
