package io.slablab.coordinator.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.slablab.coordinator.deploy.ssh.SshConnection;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Starts agents on a host over SSH. A start returns at once and goes on by itself; what goes wrong
 * on the way is the agent's end, with the reason.
 */
public final class SshAgentStarter implements AgentStarter {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final Duration SWEEP = Duration.ofSeconds(20);

  private final String campaign;
  private final Host host;
  private final SshLogins logins;
  private final AgentArchive archive;
  private final Path hostDirectory;
  private final Path identity;
  private final boolean tunnel;

  /**
   * @param hostDirectory in the run directory; takes agent.log and clock.json
   * @param identity folder of what lets the agent connect
   * @param tunnel whether agent and coordinator, which listens on its loopback, reach one another
   *     through the SSH connection only
   */
  public SshAgentStarter(
      String campaign,
      Host host,
      SshLogins logins,
      AgentArchive archive,
      Path hostDirectory,
      Path identity,
      boolean tunnel) {
    this.campaign = campaign;
    this.host = host;
    this.logins = logins;
    this.archive = archive;
    this.hostDirectory = hostDirectory;
    this.identity = identity;
    this.tunnel = tunnel;
  }

  @Override
  public AgentHandle start(String seedAddress, int incarnation) {
    SshAgent agent = new SshAgent(this, seedAddress, incarnation);
    Thread.ofVirtual().name("start " + host.name()).start(agent::start);
    return agent;
  }

  @Override
  public void sweep() throws IOException {
    try (SshConnection connection = logins.connect(host.ssh())) {
      connection.exec(
          HostScript.SWEEP.command(HostProbe.workdir(host), campaign, host.name()), SWEEP);
    }
  }

  String campaign() {
    return campaign;
  }

  Host host() {
    return host;
  }

  SshLogins logins() {
    return logins;
  }

  AgentArchive archive() {
    return archive;
  }

  boolean tunnel() {
    return tunnel;
  }

  Path identity() {
    return identity;
  }

  Path log() {
    return hostDirectory.resolve("agent.log");
  }

  /** Keeps how far the host's clock is off: all times in its trials' files are in that clock. */
  void note(HostFacts.ClockOffset clock) throws IOException {
    Files.createDirectories(hostDirectory);
    AtomicFiles.write(
        hostDirectory.resolve("clock.json"),
        JSON.writeValueAsString(
                JSON.createObjectNode()
                    .put("schema", "slablab/clock/1")
                    .put("aheadSeconds", clock.seconds())
                    .put("uncertaintySeconds", clock.uncertainty()))
            + "\n");
  }
}
