package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;

/** A cache of something that can be given up when memory is short. */
public interface Shrinker {
  /** Scanning makes no sense now; from {@link #scanObjects}. */
  long STOP = -1;

  int DEFAULT_SEEKS = 2;
  long DEFAULT_BATCH = 128;

  /**
   * @return objects that could be freed on a node; 0 when there are none
   */
  long countObjects(Cpu cpu, int node, int gfp);

  /**
   * Looks at {@code toScan} objects and frees those it can. May sleep.
   *
   * @return objects freed, or {@link #STOP}
   */
  long scanObjects(Cpu cpu, int node, int gfp, long toScan);

  /** What it costs to get an object back; 0 when it is trivially made again. */
  default int seeks() {
    return DEFAULT_SEEKS;
  }

  /**
   * Whether it counts and scans by node; the kernel's SHRINKER_NUMA_AWARE. One that does not is
   * asked for every node all the same, and what it leaves undone is kept in one place.
   */
  default boolean numaAware() {
    return true;
  }

  /** Objects looked at in one call. */
  default long batch() {
    return DEFAULT_BATCH;
  }
}
