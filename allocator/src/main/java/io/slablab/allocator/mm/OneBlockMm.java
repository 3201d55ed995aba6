package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;

/** mm_struct whose per-CPU structures are one area, allocated and freed in every life. */
final class OneBlockMm extends MmStruct {
  private OneBlockMm(Cpu cpu, AllocatorStack stack, MmKernel kernel) {
    super(cpu, stack, Form.ONE_BLOCK, kernel);
  }

  /** A call by this name loads no other form. */
  static MmStruct create(Cpu cpu, AllocatorStack stack, MmKernel kernel) {
    return new OneBlockMm(cpu, stack, kernel);
  }

  @Override
  public int percpuBytes() {
    return super.percpuBytes() + kernel.sharedFutexBytes;
  }

  @Override
  public int begin(Cpu cpu, long mm, int gfp) {
    initFields(cpu, mm);
    if (!initPgd(cpu, mm, gfp)) {
      return ENOMEM;
    }
    long block = source.alloc(cpu, percpuBytes(), kernel.cidAlign, gfp | Gfp.ACCOUNT);
    if (block == 0) {
      freePgd(cpu, mm);
      return ENOMEM;
    }
    memory.putLong(mm + layout.pcpuCid, block);
    initCid(cpu, mm);
    counters.initAt(cpu, fbc(mm, 0), 0, block + kernel.cidBytes, RSS_COUNTERS);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long mm) {
    exitMmap(cpu, mm);
    freePgd(cpu, mm);
    checkMm(cpu, mm);
    counters.release(cpu, fbc(mm, 0), RSS_COUNTERS);
    freeCid(cpu, mm);
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
