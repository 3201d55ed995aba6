package io.slablab.coordinator.deploy.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.slablab.coordinator.deploy.ssh.HostShell.Executed;
import io.slablab.coordinator.deploy.ssh.SshConnection.Running;
import io.slablab.coordinator.inventory.SshAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshConnectionTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final KeyPair LOGIN = TestServer.key();

  private static TestServer server;
  private static TestServer gate;
  private static SshLogins strict;
  private static SshLogins accepting;

  @TempDir Path folder;
  private Path key;
  private Path known;

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start(LOGIN);
    gate = TestServer.start(LOGIN);
    strict = SshLogins.open(Path.of("/nonexistent"), false);
    accepting = SshLogins.open(Path.of("/nonexistent"), true);
  }

  @AfterAll
  static void stop() throws IOException {
    strict.close();
    accepting.close();
    server.close();
    gate.close();
  }

  @BeforeEach
  void files() throws IOException {
    key = TestServer.write(LOGIN, folder.resolve("id"));
    known = Files.writeString(folder.resolve("known_hosts"), server.knownHostsLine());
  }

  private SshConnection connect() throws SshException {
    return strict.connect(server.access(key, known));
  }

  @Test
  void commandsGiveLinesErrorsAndExitCodes() throws IOException {
    try (SshConnection host = connect()) {
      Executed done = host.exec("echo one; echo; printf two; echo bad >&2; exit 42", DEADLINE);
      assertThat(done.lines()).containsExactly("one", "", "two");
      assertThat(done.errors()).isEqualTo("bad");
      assertThat(done.exitCode()).isEqualTo(42);
      assertThat(host.exec("cat", DEADLINE).lines()).as("the input is empty").isEmpty();
      assertThat(host.localAddress()).contains(InetAddress.getLoopbackAddress());
    }
  }

  @Test
  void aCommandHasADeadlineAndASize() throws IOException {
    try (SshConnection host = connect()) {
      assertThatThrownBy(() -> host.exec("exec sleep 5", Duration.ofMillis(200)))
          .isInstanceOf(SshException.class)
          .hasMessageContaining("has not ended within");
      assertThatThrownBy(() -> host.exec("head -c 100000 /dev/zero; exec sleep 5", DEADLINE))
          .isInstanceOf(SshException.class)
          .hasMessageContaining("prints too much");
      assertThat(host.exec("echo still", DEADLINE).lines()).containsExactly("still");
    }
  }

  @Test
  void aRunningCommandStreamsItsLinesUntilItsInputEnds() throws Exception {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    try (SshConnection host = connect()) {
      Running running = host.start("echo up; sleep 0.3; echo down; exit 3", lines::add, DEADLINE);
      assertThat(lines.poll(5, TimeUnit.SECONDS)).isEqualTo("up");
      assertThat(running.exit().toCompletableFuture().isDone()).isFalse();
      assertThat(running.exit().toCompletableFuture().get(5, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(lines.poll()).isEqualTo("down");
    }
    SshConnection going = connect();
    Running cut = going.start("exec sleep 2", lines::add, DEADLINE);
    going.close();
    assertThatThrownBy(() -> cut.exit().toCompletableFuture().get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(SshException.class);
  }

  @Test
  void filesArriveWholeWithTheirPermissions() throws Exception {
    Path target = folder.resolve("target");
    byte[] data = new byte[1_000_000];
    new java.util.Random(1).nextBytes(data);
    try (SshConnection host = connect()) {
      long sent = host.upload(target.toString(), 0600, out -> out.write(data), DEADLINE);
      assertThat(sent).isEqualTo(data.length);
      assertThat(target).hasBinaryContent(data);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
          .isEqualTo("rw-------");
      host.upload(target.toString(), 0644, out -> out.write('x'), DEADLINE);
      assertThat(target).hasContent("x");
      assertThatThrownBy(() -> host.upload("/nonexistent/x", 0600, out -> out.write(1), DEADLINE))
          .isInstanceOf(SshException.class)
          .hasMessageContaining("cannot write /nonexistent/x");
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
    }
  }

  @Test
  void portsAreForwardedBothWays() throws Exception {
    try (SshConnection host = connect();
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int port :
          List.of(
              host.forwardRemote(0, listener.getLocalPort()),
              host.forwardLocal(0, listener.getLocalPort()))) {
        CompletableFuture<Integer> heard =
            CompletableFuture.supplyAsync(() -> {
              try (Socket socket = listener.accept()) {
                return socket.getInputStream().read();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          socket.getOutputStream().write('!');
          assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo('!');
        }
      }
    }
  }

  @Test
  void aJumpIsCheckedAsTheHostIs() throws Exception {
    SshAccess through = server.access(key, known, gate.endpoint());
    assertThatThrownBy(() -> strict.connect(through))
        .hasMessageContaining("has no line for 127.0.0.1:" + gate.port());
    Files.writeString(known, server.knownHostsLine() + gate.knownHostsLine());
    try (SshConnection host = strict.connect(through)) {
      assertThat(host.exec("echo far", DEADLINE).lines()).containsExactly("far");
      assertThat(host.localAddress()).isEmpty();
    }
  }

  @Test
  void anUnknownKeyIsRefusedOrTakenOnRequest() throws Exception {
    Path none = folder.resolve("none/known_hosts");
    assertThatThrownBy(() -> strict.connect(server.access(key, none)))
        .asInstanceOf(type(SshException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(SshException.Kind.HOST_KEY))
        .satisfies(e ->
            assertThat(e.getMessage())
                .startsWith(none + ": has no line for 127.0.0.1:" + server.port())
                .contains("SHA256:", "--accept-new"));
    assertThat(none).doesNotExist();
    accepting.connect(server.access(key, none)).close();
    assertThat(none).hasContent(server.knownHostsLine().strip());
    strict.connect(server.access(key, none)).close();
  }

  @Test
  void aChangedKeyIsRefusedAlwaysWithItsLine() throws Exception {
    String other = gate.knownHostsLine().replace(":" + gate.port(), ":" + server.port());
    Files.writeString(known, "# the lab\n" + other);
    for (SshLogins logins : List.of(strict, accepting)) {
      assertThatThrownBy(() -> logins.connect(server.access(key, known)))
          .asInstanceOf(type(SshException.class))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(SshException.Kind.HOST_KEY))
          .satisfies(
              e -> assertThat(e.getMessage()).startsWith(known + ":2: the key of 127.0.0.1:"));
    }
    Files.writeString(known, "@revoked " + server.knownHostsLine());
    assertThatThrownBy(() -> accepting.connect(server.access(key, known)))
        .hasMessageStartingWith(known + ":1: the key that 127.0.0.1:" + server.port());
  }

  @Test
  void aPrivateKeyThatOthersCanReadIsRefused() throws Exception {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(this::connect)
        .asInstanceOf(type(SshException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(SshException.Kind.LOGIN))
        .satisfies(e -> assertThat(e.getMessage()).contains(key + ": others", "chmod 600 " + key));
  }

  @Test
  void aKeyThatDoesNotLogInIsNamed() throws Exception {
    Path stranger = TestServer.write(TestServer.key(), folder.resolve("stranger"));
    assertThatThrownBy(() -> strict.connect(server.access(stranger, known)))
        .asInstanceOf(type(SshException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(SshException.Kind.LOGIN))
        .satisfies(e ->
            assertThat(e.getMessage())
                .contains("does not let tester in with " + stranger, "authorized_keys"));
    Path text =
        Files.copy(key, folder.resolve("text"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(text, "no key, but a secret word");
    assertThatThrownBy(() -> strict.connect(server.access(text, known)))
        .hasMessageContaining("no private key")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() ->
            strict.connect(
                new SshAccess(
                    server.endpoint(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())))
        .hasMessageContaining("/nonexistent/.ssh: has no private key");
  }

  @Test
  void aServerThatIsNotThereIsUnreachable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    SshAccess nowhere =
        new SshAccess(
            new SshAccess.Endpoint(Optional.empty(), "127.0.0.1", port),
            List.of(),
            Optional.of(key.toString()),
            Optional.of(known.toString()),
            Optional.of(Duration.ofSeconds(1)));
    assertThatThrownBy(() -> strict.connect(nowhere))
        .asInstanceOf(type(SshException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(SshException.Kind.UNREACHABLE))
        .satisfies(e -> assertThat(e.getMessage()).contains("connection refused"));
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      SshAccess mute =
          new SshAccess(
              new SshAccess.Endpoint(Optional.empty(), "127.0.0.1", silent.getLocalPort()),
              List.of(),
              Optional.of(key.toString()),
              Optional.of(known.toString()),
              Optional.of(Duration.ofSeconds(1)));
      assertThatThrownBy(() -> strict.connect(mute))
          .asInstanceOf(type(SshException.class))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(SshException.Kind.UNREACHABLE));
    }
  }
}
