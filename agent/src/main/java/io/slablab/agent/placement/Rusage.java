package io.slablab.agent.placement;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the kernel has counted for a process or a thread since its start. Times have the kernel's
 * resolution of a microsecond.
 *
 * @param userNs nanoseconds in user mode
 * @param systemNs nanoseconds in the kernel
 * @param minorFaults page faults without input or output
 * @param majorFaults page faults that had to read
 * @param voluntarySwitches context switches by waiting
 * @param involuntarySwitches context switches by preemption
 */
public record Rusage(
    long userNs,
    long systemNs,
    long minorFaults,
    long majorFaults,
    long voluntarySwitches,
    long involuntarySwitches) {
  public static final Rusage ZERO = new Rusage(0, 0, 0, 0, 0, 0);

  private static final int RUSAGE_SELF = 0;
  private static final int RUSAGE_THREAD = 1;
  private static final int STRUCT_BYTES = 144;
  private static final int SYSTEM_TIME = 16;
  private static final int MINFLT = 64;
  private static final int MAJFLT = 72;
  private static final int NVCSW = 128;
  private static final int NIVCSW = 136;

  /** Of this process with all its threads, ended ones too. */
  public static Rusage ofProcess() {
    return read(RUSAGE_SELF);
  }

  /** Of the calling thread. */
  public static Rusage ofThread() {
    return read(RUSAGE_THREAD);
  }

  private static Rusage read(int who) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment usage = arena.allocate(STRUCT_BYTES, Long.BYTES);
      int answer = Libc.getrusage(who, usage);
      if (answer < 0) {
        throw new BindingException("read resource usage", Errno.name(-answer));
      }
      return new Rusage(
          timeNs(usage, 0),
          timeNs(usage, SYSTEM_TIME),
          usage.get(JAVA_LONG, MINFLT),
          usage.get(JAVA_LONG, MAJFLT),
          usage.get(JAVA_LONG, NVCSW),
          usage.get(JAVA_LONG, NIVCSW));
    }
  }

  private static long timeNs(MemorySegment usage, long offset) {
    return usage.get(JAVA_LONG, offset) * 1_000_000_000L
        + usage.get(JAVA_LONG, offset + Long.BYTES) * 1_000L;
  }

  public Rusage plus(Rusage other) {
    return new Rusage(
        userNs + other.userNs,
        systemNs + other.systemNs,
        minorFaults + other.minorFaults,
        majorFaults + other.majorFaults,
        voluntarySwitches + other.voluntarySwitches,
        involuntarySwitches + other.involuntarySwitches);
  }

  public Rusage minus(Rusage earlier) {
    return new Rusage(
        userNs - earlier.userNs,
        systemNs - earlier.systemNs,
        minorFaults - earlier.minorFaults,
        majorFaults - earlier.majorFaults,
        voluntarySwitches - earlier.voluntarySwitches,
        involuntarySwitches - earlier.involuntarySwitches);
  }
}
