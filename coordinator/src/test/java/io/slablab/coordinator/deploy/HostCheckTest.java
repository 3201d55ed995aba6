package io.slablab.coordinator.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.topology.SysfsTopology;
import io.slablab.coordinator.deploy.HostCheck.Checked;
import io.slablab.coordinator.deploy.HostCheck.Finding;
import io.slablab.coordinator.deploy.HostCheck.Level;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.deploy.ssh.TestServer;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.inventory.Inventory;
import io.slablab.coordinator.inventory.InventoryReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCheckTest {
  private static final KeyPair LOGIN = TestServer.key();

  private static final String ANSWER =
      """
      clock %d
      work /home/u/.slablab
      user u
      uid 1000
      boot b
      kernel 6.18.0
      arch x86_64
      java /opt/jdk
      version 25.0.3
      free 10485760
      file sys/devices/system/cpu/online:0-3
      file sys/devices/system/cpu/cpu9/../../../etc/passwd:x
      file /etc/passwd:x
      """;

  @TempDir Path folder;

  private List<Checked> check(TestServer server, String hosts, String ours) throws Exception {
    Path key = TestServer.write(LOGIN, folder.resolve("id"));
    Path known = Files.writeString(folder.resolve("known_hosts"), server.knownHostsLine());
    String text =
        """
        all:
          vars: {ansible_host: 127.0.0.1, ansible_port: %d, ansible_user: u,
            ansible_ssh_private_key_file: %s, ansible_ssh_common_args: -o UserKnownHostsFile=%s, slablab: %s}
          hosts: {"%s": }
        """
            .formatted(server.port(), key, known, ours, hosts);
    Inventory inventory = InventoryReader.read("i", text).inventory().orElseThrow();
    try (SshLogins logins = SshLogins.open(folder, false)) {
      return HostCheck.check(inventory.hosts(), logins);
    }
  }

  @Test
  void thisMachineIsFoundTheSameByBothWays() throws Exception {
    Host local = Inventory.localOnly().hosts().getFirst();
    HostFacts byShell = HostProbe.probe(new LocalShell(), local);
    assertThat(byShell.topology()).isEqualTo(SysfsTopology.read(Path.of("/")));
    assertThat(byShell.user()).isEqualTo(System.getProperty("user.name"));
    assertThat(byShell.jdk()).isPresent();
    assertThat(Math.abs(byShell.clock().seconds()))
        .isLessThanOrEqualTo(byShell.clock().uncertainty());
    try (TestServer server = TestServer.start(LOGIN)) {
      Checked bySsh = check(server, "h", "{workdir: " + folder.resolve("w") + "}").getFirst();
      assertThat(bySsh.usable()).as(bySsh.findings().toString()).isTrue();
      HostFacts facts = bySsh.facts().orElseThrow();
      assertThat(facts.topology()).isEqualTo(byShell.topology());
      assertThat(facts.bootId()).isEqualTo(byShell.bootId());
      assertThat(facts.workdir()).isEqualTo(folder.resolve("w").toString());
      assertThat(facts.writable()).isTrue();
      assertThat(facts.freeBytes().orElseThrow())
          .isBetween(1L, Files.getFileStore(folder).getTotalSpace());
      assertThat(bySsh.here()).isPresent();
    }
  }

  @Test
  void whatMakesAHostUselessIsFound() throws Exception {
    try (TestServer server = TestServer.start(LOGIN)) {
      Checked bad =
          check(server, "h", "{java: /nosuch, workdir: /proc/w, reserve_cpus: 0-9999}").getFirst();
      assertThat(bad.usable()).isFalse();
      assertThat(bad.findings())
          .extracting(Finding::text)
          .anyMatch(text -> text.equals("/nosuch is no JDK 25: mend slablab.java"))
          .anyMatch(text -> text.contains("names CPUs that are not online"))
          .anyMatch(text -> text.contains("cannot write in /proc/w") || text.contains("are free"));
    }
  }

  @Test
  void aStrangersAnswerIsBoundedAndItsClockIsTold() throws Exception {
    long anHourAgo = (System.currentTimeMillis() - 3_600_000) * 1_000_000;
    try (TestServer server = fake(ANSWER.formatted(anHourAgo), new CountDownLatch(1), 0)) {
      Checked host = check(server, "h", "{}").getFirst();
      assertThat(host.usable()).as(host.findings().toString()).isTrue();
      assertThat(host.findings())
          .singleElement()
          .satisfies(found -> assertThat(found.level()).isEqualTo(Level.WARNING))
          .satisfies(
              found -> assertThat(found.text()).matches("its clock is 360\\d\\.\\d s behind"));
      assertThat(host.facts().orElseThrow().topology().onlineCpus()).isEqualTo(4);
    }
    try (TestServer server = fake("hello\n", new CountDownLatch(1), 0)) {
      assertThat(check(server, "h", "{}").getFirst().findings())
          .singleElement()
          .satisfies(found -> assertThat(found.text()).contains("topology cannot be read"));
    }
  }

  /** Every host waits until all 64 were asked: one after another they would never answer. */
  @Test
  void sixtyFourHostsAreAskedAtOnce() throws Exception {
    String answer = ANSWER.formatted(System.currentTimeMillis() * 1_000_000);
    try (TestServer server = fake(answer, new CountDownLatch(64), 0)) {
      assertThat(check(server, "h[1:64]", "{}")).hasSize(64).allMatch(Checked::usable);
    }
  }

  private static TestServer fake(String answer, CountDownLatch asked, long delayMs)
      throws IOException {
    return TestServer.start(LOGIN, (_, _) -> new Answer(answer, asked, delayMs));
  }

  /** A command that prints a text, once all who are expected have come, and after a while. */
  private static final class Answer implements Command {
    private final String text;
    private final CountDownLatch asked;
    private final long delayMs;
    private final AtomicReference<@Nullable OutputStream> out = new AtomicReference<>();
    private final AtomicReference<@Nullable ExitCallback> exit = new AtomicReference<>();

    Answer(String text, CountDownLatch asked, long delayMs) {
      this.text = text;
      this.asked = asked;
      this.delayMs = delayMs;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
      Thread.startVirtualThread(() -> {
        asked.countDown();
        try {
          boolean all = asked.await(20, TimeUnit.SECONDS);
          Thread.sleep(delayMs);
          OutputStream to = java.util.Objects.requireNonNull(out.get());
          to.write(text.getBytes(StandardCharsets.UTF_8));
          to.flush();
          java.util.Objects.requireNonNull(exit.get()).onExit(all ? 0 : 1);
        } catch (IOException | InterruptedException _) {
          java.util.Objects.requireNonNull(exit.get()).onExit(1);
        }
      });
    }

    @Override
    public void setInputStream(InputStream in) {}

    @Override
    public void setOutputStream(OutputStream to) {
      out.set(to);
    }

    @Override
    public void setErrorStream(OutputStream err) {}

    @Override
    public void setExitCallback(ExitCallback callback) {
      exit.set(callback);
    }

    @Override
    public void destroy(ChannelSession channel) {}
  }
}
