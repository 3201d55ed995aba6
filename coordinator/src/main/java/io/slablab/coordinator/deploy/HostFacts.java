package io.slablab.coordinator.deploy;

import io.slablab.agent.topology.Topology;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a host says of itself, as far as a campaign needs it.
 *
 * @param workdir folder for everything of ours, absolute; need not be there yet
 * @param user that we are there
 * @param privileges what that user may do
 * @param bootId new at every boot
 * @param kernel release, as {@code uname -r}
 * @param arch as {@code uname -m}
 * @param address of the host's own, where the SSH connection arrives; absent without one
 * @param jdk that runs agents; absent where none was found
 * @param missingTools commands that our scripts need and the host lacks
 * @param freeBytes on the file system of the workdir; absent where it cannot be told
 * @param writable whether the workdir can be made or written
 * @param clock against this machine's
 * @param agents of ours that live there
 */
public record HostFacts(
    String workdir,
    String user,
    Privileges privileges,
    String bootId,
    String kernel,
    String arch,
    Optional<String> address,
    Optional<Jdk> jdk,
    List<String> missingTools,
    OptionalLong freeBytes,
    boolean writable,
    ClockOffset clock,
    List<LivingAgent> agents,
    Topology topology) {

  /** What a user may do on a host. */
  public enum Privileges {
    ROOT,
    /** Root without a password, by sudo. */
    SUDO,
    USER
  }

  /**
   * @param home its folder
   */
  public record Jdk(String home, String version) {}

  /**
   * How far a host's clock is ahead.
   *
   * @param seconds negative when it is behind
   * @param uncertainty half of the time that the question took, seconds
   */
  public record ClockOffset(double seconds, double uncertainty) {

    /** Whether the clocks differ by more than the given time for certain. */
    public boolean exceeds(double limitSeconds) {
      return Math.abs(seconds) - uncertainty > limitSeconds;
    }
  }

  /**
   * @param name campaign and host, as {@code 3f0a12/epyc-01}
   */
  public record LivingAgent(long pid, String name) {}

  public HostFacts {
    missingTools = List.copyOf(missingTools);
    agents = List.copyOf(agents);
  }
}
