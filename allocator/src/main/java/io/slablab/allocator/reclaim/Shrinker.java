package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.memcg.ObjCgroup;
import org.jspecify.annotations.Nullable;

/** A cache of something that can be given up when memory is short. */
public interface Shrinker {
  /** Scanning makes no sense now; from {@link #scanObjects}. */
  long STOP = -1;

  /**
   * From {@link #countObjects}: there is none at all, so that a memory cgroup need not be asked
   * again before it is marked. 0 is that none can be freed now.
   */
  long EMPTY = -2;

  int DEFAULT_SEEKS = 2;
  long DEFAULT_BATCH = 128;

  /**
   * @return objects that could be freed on a node; 0 when there are none, or {@link #EMPTY}
   */
  long countObjects(Cpu cpu, int node, int gfp);

  /**
   * Looks at {@code toScan} objects and frees those it can. May sleep.
   *
   * @return objects freed, or {@link #STOP}
   */
  long scanObjects(Cpu cpu, int node, int gfp, long toScan);

  /**
   * Whether it counts and scans by memory cgroup; the kernel's SHRINKER_MEMCG_AWARE. One that does
   * not is asked for all cgroups together, and never when one of them is short.
   */
  default boolean memcgAware() {
    return false;
  }

  /**
   * As {@link #countObjects}, of one that is {@link #memcgAware}.
   *
   * @param memcg whose objects; null for those of none
   */
  default long countObjects(Cpu cpu, int node, @Nullable ObjCgroup memcg, int gfp) {
    return countObjects(cpu, node, gfp);
  }

  /** As {@link #scanObjects}, of one that is {@link #memcgAware}. */
  default long scanObjects(Cpu cpu, int node, @Nullable ObjCgroup memcg, int gfp, long toScan) {
    return scanObjects(cpu, node, gfp, toScan);
  }

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
