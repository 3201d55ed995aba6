package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;

/** mm_struct as the baseline has it: every life allocates and frees its per-CPU areas. */
final class RawMm extends MmStruct {

  private RawMm(Cpu cpu, AllocatorStack stack, MmKernel kernel) {
    super(cpu, stack, Form.RAW, kernel);
  }

  /** A call by this name loads no other form. */
  static MmStruct create(Cpu cpu, AllocatorStack stack, MmKernel kernel) {
    return new RawMm(cpu, stack, kernel);
  }

  @Override
  public int begin(Cpu cpu, long mm, int gfp) {
    initFields(cpu, mm);
    if (!initPgd(cpu, mm, gfp)) {
      return ENOMEM;
    }
    if (!allocCid(cpu, mm, gfp)) {
      freePgd(cpu, mm);
      return ENOMEM;
    }
    initCid(cpu, mm);
    if (!initRss(cpu, mm, gfp | Gfp.ACCOUNT)) {
      freeCid(cpu, mm);
      freePgd(cpu, mm);
      return ENOMEM;
    }
    return 0;
  }

  @Override
  public void end(Cpu cpu, long mm) {
    exitMmap(cpu, mm);
    freePgd(cpu, mm);
    checkMm(cpu, mm);
    freeCid(cpu, mm);
    counters.destroyMany(cpu, fbc(mm, 0), RSS_COUNTERS);
  }

  @Override
  public int construct(Cpu cpu, long mm, int gfp) {
    throw new UnsupportedOperationException("a raw mm_struct has no constructor");
  }

  @Override
  public void destruct(Cpu cpu, long mm) {
    throw new UnsupportedOperationException("a raw mm_struct has no destructor");
  }
}
