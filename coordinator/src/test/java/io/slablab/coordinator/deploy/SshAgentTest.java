package io.slablab.coordinator.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.coordinator.deploy.ssh.SshConnection;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.deploy.ssh.TestServer;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.inventory.InventoryReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents over SSH: a real server, real scripts, and a small program in the agent's place. */
class SshAgentTest {
  private static final KeyPair LOGIN = TestServer.key();
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final String AGENT =
      """
      package io.slablab.agent;
      public class AgentMain {
        public static void main(String[] args) throws Exception {
          System.out.println("arguments " + String.join(" ", args));
          System.out.println(Other.word());
          if (java.nio.file.Files.exists(java.nio.file.Path.of("fail"))) System.exit(7);
          Thread.sleep(60_000);
        }
      }
      class Other { static String word() { return "there"; } }
      """;

  @TempDir static Path shared;
  private static TestServer server;
  private static SshLogins logins;
  private static Path agentJar;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start(LOGIN);
    logins = SshLogins.open(shared, false);
    TestServer.write(LOGIN, shared.resolve("id"));
    Files.writeString(shared.resolve("known_hosts"), server.knownHostsLine());
    agentJar = agentJar(Files.createDirectory(shared.resolve("lib")));
  }

  @AfterAll
  static void stop() throws IOException {
    logins.close();
    server.close();
  }

  /** Two jars; the agent's own names the other. */
  private static Path agentJar(Path lib) throws IOException {
    Path source =
        Files.writeString(
            Files.createDirectories(lib.resolve("s")).resolve("AgentMain.java"), AGENT);
    Path classes = Files.createDirectory(lib.resolve("c"));
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", classes.toString(), source.toString());
    assertThat(failed).isZero();
    Path inside = classes.resolve("io/slablab/agent");
    jar(lib.resolve("other.jar"), inside.resolve("Other.class"), "");
    return jar(lib.resolve("agent.jar"), inside.resolve("AgentMain.class"), "other.jar");
  }

  private static Path jar(Path jar, Path classFile, String classPath) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!classPath.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      entries.putNextEntry(new ZipEntry("io/slablab/agent/" + classFile.getFileName()));
      Files.copy(classFile, entries);
      entries.closeEntry();
    }
    return jar;
  }

  private Host host(String java) {
    String text =
        """
        all:
          hosts:
            h1: {ansible_host: 127.0.0.1, ansible_port: %d, ansible_ssh_private_key_file: %s,
              ansible_ssh_common_args: -o UserKnownHostsFile=%s, slablab: {java: %s, workdir: %s}}
        """
            .formatted(
                server.port(),
                shared.resolve("id"),
                shared.resolve("known_hosts"),
                java,
                folder.resolve("work"));
    return InventoryReader.read("i", text).inventory().orElseThrow().hosts().getFirst();
  }

  private SshAgentStarter starter(String campaign) throws IOException {
    return starter(campaign, System.getProperty("java.home"));
  }

  private SshAgentStarter starter(String campaign, String java) throws IOException {
    Path identity = Files.createDirectories(folder.resolve("identity"));
    Files.writeString(identity.resolve("host.key"), "a secret");
    return new SshAgentStarter(
        campaign,
        host(java),
        logins,
        AgentArchive.of(agentJar),
        folder.resolve("run/h1"),
        identity,
        false);
  }

  private Path home(String campaign) {
    return folder.resolve("work/campaigns").resolve(campaign).resolve("h1");
  }

  private static void await(String what, java.util.concurrent.Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("not in time: " + what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static Optional<ProcessHandle> process(AgentHandle agent) {
    return ProcessHandle.of(agent.pid()).filter(ProcessHandle::isAlive);
  }

  private String log(String campaign) throws IOException {
    Path log = home(campaign).resolve("agent.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  @Test
  void anArchiveIsSentOnceAndRepairedWhereItIsDamaged() throws Exception {
    String work = folder.resolve("work").toString();
    AgentArchive archive = AgentArchive.of(agentJar);
    assertThat(archive.jars())
        .extracting(AgentArchive.Jar::name)
        .containsExactly("agent.jar", "other.jar");
    try (SshConnection there = logins.connect(host("/x").ssh())) {
      ArchiveUpload.Brought first = ArchiveUpload.bring(there, archive, work);
      assertThat(first.bytesSent()).isGreaterThan(archive.bytes());
      assertThat(Path.of(first.folder(), "agent.jar")).hasSameBinaryContentAs(agentJar);
      assertThat(ArchiveUpload.bring(there, archive, work).bytesSent()).isZero();

      Path changed = Files.createDirectory(folder.resolve("changed"));
      Files.copy(agentJar.resolveSibling("other.jar"), changed.resolve("other.jar"));
      Files.write(changed.resolve("agent.jar"), new byte[3000]);
      AgentArchive next =
          AgentArchive.ofJars(List.of(changed.resolve("agent.jar"), changed.resolve("other.jar")));
      assertThat(ArchiveUpload.bring(there, next, work).bytesSent())
          .as("one jar of 3000 bytes in a tar")
          .isEqualTo(512 + 3072 + 1024);

      Path kept = Path.of(first.folder(), "other.jar");
      Files.setPosixFilePermissions(
          kept, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
      Files.writeString(kept, "damaged");
      assertThat(ArchiveUpload.bring(there, archive, work).bytesSent()).isPositive();
      assertThat(kept).hasSameBinaryContentAs(agentJar.resolveSibling("other.jar"));
      try (var left = Files.list(folder.resolve("work/incoming"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void anAgentRunsDetachedAndIsStopped() throws Exception {
    SshAgentStarter starter = starter("c1");
    AgentHandle agent = starter.start("pekko://x@1.2.3.4:5", 2);
    await("it runs", () -> process(agent).isPresent() && log("c1").contains("there"));
    assertThat(log("c1"))
        .contains("--join=pekko://x@1.2.3.4:5", "--campaign=c1", "--host=h1", "--incarnation=2");
    assertThat(home("c1").resolve("identity/host.key")).hasContent("a secret");
    assertThat(log("c1")).doesNotContain("a secret");
    assertThat(agent.onStart().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
    ProcessHandle process = process(agent).orElseThrow();
    agent.stop(PATIENCE);
    assertThat(process.isAlive()).isFalse();
    assertThat(agent.onExit().toCompletableFuture()).isCompletedWithValue(143);
    assertThat(home("c1").resolve("identity")).doesNotExist();
    assertThat(folder.resolve("run/h1/agent.log")).content().contains("there");
    starter.sweep();
    assertThat(folder.resolve("work/campaigns")).isEmptyDirectory();
  }

  @Test
  void aFailedStartSaysWhyWithTheLastLinesOfTheLog() throws Exception {
    Files.createDirectories(home("c2"));
    Files.writeString(home("c2").resolve("fail"), "");
    AgentHandle agent = starter("c2").start("x", 1);
    assertThat(agent.onExit().toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo(7);
    assertThat(agent.logTail()).contains("--campaign=c2").endsWith("there");

    AgentHandle without = starter("c2", "/nosuch").start("x", 1);
    assertThatThrownBy(() -> without.onExit().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("/nosuch is no JDK 25: mend slablab.java")
        .cause()
        .hasMessage("h1: /nosuch is no JDK 25: mend slablab.java");
    assertThat(without.onStart().toCompletableFuture()).isNotDone();
  }

  @Test
  void anAgentWithoutCoordinatorMakesWayAndOneWithStays() throws Exception {
    AgentHandle first = starter("c3").start("x", 1);
    await("it runs", () -> process(first).isPresent());
    ProcessHandle process = process(first).orElseThrow();
    AgentHandle second = starter("c4").start("x", 1);
    assertThatThrownBy(() -> second.onExit().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .hasMessageContaining("in use: agent " + first.pid() + " of campaign c3/h1");
    assertThat(process.isAlive()).isTrue();

    // What a killed coordinator leaves: the agent, and nobody at the other end of its script.
    String lease = Files.readString(home("c3").resolve("lease")).split(" ")[0];
    ProcessHandle.of(Long.parseLong(lease)).orElseThrow().destroy();
    AgentHandle third = starter("c4").start("x", 1);
    await("it runs", () -> process(third).isPresent());
    assertThat(process.isAlive()).isFalse();
    third.stop(PATIENCE);
  }
}
