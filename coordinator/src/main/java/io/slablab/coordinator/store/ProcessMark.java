package io.slablab.coordinator.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that is told from a later one with the same pid.
 *
 * @param pid process id
 * @param startTicks when it started, in the kernel's clock ticks since boot, as the 22nd field of
 *     /proc/PID/stat
 */
public record ProcessMark(long pid, long startTicks) {

  /** Of this JVM; ticks are 0 where there is no /proc. */
  public static ProcessMark self() {
    long pid = ProcessHandle.current().pid();
    return new ProcessMark(pid, startTicks(pid).orElse(0L));
  }

  /** The process, if it still runs. */
  public Optional<ProcessHandle> find() {
    return startTicks(pid).filter(ticks -> ticks == startTicks).flatMap(_ -> ProcessHandle.of(pid));
  }

  private static Optional<Long> startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The second field is the command in brackets and may hold blanks and brackets itself.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(Long.valueOf(fields[19]));
    } catch (IOException | RuntimeException _) {
      return Optional.empty();
    }
  }
}
