package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.percpu.PercpuAreas;

/** Where areas come from, with their sizes and lives told to a profile. */
final class ProfiledAreas extends PercpuAreas {
  private final PercpuAreas areas;
  private final AllocProfile profile;

  private ProfiledAreas(PercpuAreas areas, AllocProfile profile) {
    this.areas = areas;
    this.profile = profile;
  }

  /** A call by this name loads no other source. */
  static PercpuAreas over(PercpuAreas areas, AllocProfile profile) {
    return new ProfiledAreas(areas, profile);
  }

  @Override
  public long alloc(Cpu cpu, int bytes, int align, int gfp) {
    long pointer = areas.alloc(cpu, bytes, align, gfp);
    if (pointer != 0) {
      profile.allocated(pointer, bytes);
    }
    return pointer;
  }

  /** Told before it may be somebody else's. */
  @Override
  public void free(Cpu cpu, long pointer) {
    profile.freed(pointer);
    areas.free(cpu, pointer);
  }

  @Override
  public int allocBulk(Cpu cpu, int bytes, int align, int gfp, int n, long[] out) {
    int got = areas.allocBulk(cpu, bytes, align, gfp, n, out);
    for (int i = 0; i < got; i++) {
      profile.allocated(out[i], bytes);
    }
    return got;
  }

  @Override
  public void freeBulk(Cpu cpu, long[] pointers, int n) {
    for (int i = 0; i < n; i++) {
      profile.freed(pointers[i]);
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
