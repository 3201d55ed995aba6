package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.percpu.PercpuAreas;

/**
 * Where areas come from, with their lives told to KMEMLEAK. It stands in front of what caches
 * areas, so that an idle area of such a cache is none.
 */
final class TrackedAreas extends PercpuAreas {
  private final PercpuAreas areas;
  private final Kmemleak leaks;

  private TrackedAreas(PercpuAreas areas, Kmemleak leaks) {
    this.areas = areas;
    this.leaks = leaks;
  }

  /** A call by this name loads no other source. */
  static PercpuAreas over(PercpuAreas areas, Kmemleak leaks) {
    return new TrackedAreas(areas, leaks);
  }

  @Override
  public long alloc(Cpu cpu, int bytes, int align, int gfp) {
    long pointer = areas.alloc(cpu, bytes, align, gfp);
    if (pointer != 0) {
      leaks.areaAllocated(cpu, pointer, bytes);
    }
    return pointer;
  }

  /** Registered no more before it may be somebody else's. */
  @Override
  public void free(Cpu cpu, long pointer) {
    leaks.areaFreed(cpu, pointer);
    areas.free(cpu, pointer);
  }

  @Override
  public int allocBulk(Cpu cpu, int bytes, int align, int gfp, int n, long[] out) {
    int got = areas.allocBulk(cpu, bytes, align, gfp, n, out);
    for (int i = 0; i < got; i++) {
      leaks.areaAllocated(cpu, out[i], bytes);
    }
    return got;
  }

  @Override
  public void freeBulk(Cpu cpu, long[] pointers, int n) {
    for (int i = 0; i < n; i++) {
      leaks.areaFreed(cpu, pointers[i]);
    }
    areas.freeBulk(cpu, pointers, n);
  }

  @Override
  public void trim(Cpu cpu) {
    areas.trim(cpu);
  }

  @Override
  public long cachedBytes() {
    return areas.cachedBytes();
  }
}
