package io.slablab.agent.placement;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.slablab.agent.topology.CpuList;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** Which CPUs a thread may run on. */
public final class Affinity {
  /** Above the largest NR_CPUS of any architecture; the kernel ignores what it does not know. */
  private static final int MASK_CPUS = 16384;

  private static final int SELF = 0;

  private Affinity() {}

  /**
   * Pins the calling thread to one CPU and reads back that the mask is that CPU alone and that the
   * thread runs there. {@code Runtime.availableProcessors()} is 1 on this thread from now on.
   *
   * @throws BindingException when the kernel refuses or grants something else
   */
  public static void pin(int cpu) {
    String asked = "pin to CPU " + cpu;
    if (cpu < 0 || cpu >= MASK_CPUS) {
      throw new BindingException(asked, "no such CPU");
    }
    allow(SELF, CpuList.of(cpu), asked);
    CpuList granted = granted();
    if (!granted.equals(CpuList.of(cpu))) {
      throw new BindingException(asked, "granted were CPUs " + granted);
    }
    int running = currentCpu();
    if (running != cpu) {
      throw new BindingException(asked, "the thread runs on CPU " + running);
    }
  }

  /**
   * Lets one thread of this process run on some CPUs only.
   *
   * @param tid the kernel's thread id, as {@code /proc/self/task} lists them; 0 is the caller
   * @throws BindingException when the kernel refuses
   */
  public static void restrict(int tid, CpuList cpus) {
    allow(tid, cpus, "restrict thread " + tid + " to CPUs " + cpus);
  }

  /** The CPUs that the calling thread may run on now. */
  public static CpuList granted() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = mask(arena);
      int answer = Libc.getAffinity(SELF, mask);
      if (answer < 0) {
        throw new BindingException("read the affinity mask", Errno.name(-answer));
      }
      return CpuList.of(
          IntStream.range(0, MASK_CPUS)
              .filter(cpu ->
                  (mask.getAtIndex(JAVA_LONG, cpu / Long.SIZE) >>> (cpu % Long.SIZE) & 1) != 0));
    }
  }

  /** The CPU that runs the calling thread at this moment. */
  public static int currentCpu() {
    return Libc.currentCpu();
  }

  private static void allow(int tid, CpuList cpus, String asked) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = mask(arena);
      cpus.stream()
          .forEach(cpu -> {
            long word = mask.getAtIndex(JAVA_LONG, cpu / Long.SIZE);
            mask.setAtIndex(JAVA_LONG, cpu / Long.SIZE, word | 1L << (cpu % Long.SIZE));
          });
      int answer = Libc.setAffinity(tid, mask);
      if (answer < 0) {
        throw new BindingException(asked, Errno.name(-answer));
      }
    }
  }

  private static MemorySegment mask(Arena arena) {
    return arena.allocate(MASK_CPUS / Byte.SIZE, Long.BYTES);
  }
}
