package io.slablab.agent.conditions;

import io.slablab.agent.topology.CpuList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the kernel has counted for some CPUs and for the whole host since boot, or between two such
 * readings.
 *
 * @param busyNs of the CPUs together: user, nice, system and interrupt time
 * @param stealNs of the CPUs together: time a hypervisor gave to others
 * @param contextSwitches of the host
 * @param interrupts of the host
 */
public record CpuEvidence(long busyNs, long stealNs, long contextSwitches, long interrupts) {
  /** The kernel's USER_HZ is 100 for every program on every supported architecture. */
  private static final long TICK_NS = 10_000_000;

  private static final int[] BUSY_COLUMNS = {1, 2, 3, 6, 7};
  private static final int STEAL_COLUMN = 8;

  /** Reads {@code proc/stat} below a root; empty when it cannot be read. */
  public static Optional<CpuEvidence> read(Path root, CpuList cpus) {
    try {
      return Optional.of(parse(Files.readString(root.resolve("proc/stat")), cpus));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static CpuEvidence parse(String stat, CpuList cpus) {
    long busyTicks = 0;
    long stealTicks = 0;
    long switches = 0;
    long interrupts = 0;
    for (String line : stat.lines().toList()) {
      String[] columns = line.split(" +", 11);
      if (columns[0].matches("cpu\\d+") && cpus.contains(number(columns[0].substring(3)))) {
        busyTicks += Arrays.stream(BUSY_COLUMNS).mapToLong(c -> Long.parseLong(columns[c])).sum();
        stealTicks += Long.parseLong(columns[STEAL_COLUMN]);
      } else if (columns[0].equals("ctxt")) {
        switches = Long.parseLong(columns[1]);
      } else if (columns[0].equals("intr")) {
        interrupts = Long.parseLong(columns[1]);
      }
    }
    return new CpuEvidence(busyTicks * TICK_NS, stealTicks * TICK_NS, switches, interrupts);
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  public CpuEvidence minus(CpuEvidence earlier) {
    return new CpuEvidence(
        busyNs - earlier.busyNs,
        stealNs - earlier.stealNs,
        contextSwitches - earlier.contextSwitches,
        interrupts - earlier.interrupts);
  }

  /**
   * CPU time that others used on these CPUs, when this is a difference of two readings.
   *
   * @param ownNs CPU time of the measuring process between the readings, nanoseconds
   */
  public long foreignNs(long ownNs) {
    return Math.max(0, busyNs - ownNs);
  }
}
