package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;

/**
 * Where areas come from: the percpu allocator itself, or a cache in front of it.
 *
 * <p>Threads: each call by the holder of the CPU passed.
 */
public abstract class PercpuAreas {

  /**
   * A zeroed area on every possible CPU.
   *
   * @param bytes 1 .. 32 KiB, rounded up to 4
   * @param align power of two up to 4096, rounded up to 4
   * @return percpu pointer; 0 for an illegal request, out of memory, over the cgroup's limit, or
   *     when the task was told to die
   */
  public abstract long alloc(Cpu cpu, int bytes, int align, int gfp);

  /** Gives an area back; 0 is ignored. Neither sleeps nor allocates. */
  public abstract void free(Cpu cpu, long pointer);

  /**
   * As {@link #alloc} for {@code n} areas.
   *
   * @param out its first entries are set to the pointers
   * @return how many were to be had; fewer than {@code n} where {@link #alloc} would have failed
   */
  public int allocBulk(Cpu cpu, int bytes, int align, int gfp, int n, long[] out) {
    int got = 0;
    while (got < n && (out[got] = alloc(cpu, bytes, align, gfp)) != 0) {
      got++;
    }
    return got;
  }

  /** As {@link #free} for the first {@code n} pointers. */
  public void freeBulk(Cpu cpu, long[] pointers, int n) {
    for (int i = 0; i < n; i++) {
      free(cpu, pointers[i]);
    }
  }

  /** Gives back what is kept for later. The caller holds no lock. */
  public abstract void trim(Cpu cpu);

  /** Bytes per unit that are kept for later; exact at rest. */
  public abstract long cachedBytes();
}
