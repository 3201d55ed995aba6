package io.slablab.allocator.mm;

import io.slablab.allocator.counter.LazyCounters;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;

/**
 * mm_struct whose resident-set counters are plain numbers of the CPU that began the life, until
 * {@link #promote}. Its concurrency ids are per-CPU as in the baseline.
 */
final class LazyMm extends MmStruct {
  private final LazyCounters lazy;

  private LazyMm(Cpu cpu, AllocatorStack stack, MmKernel kernel) {
    super(cpu, stack, Form.LAZY, kernel);
    this.lazy = new LazyCounters(stack.memory(), counters);
  }

  /** A call by this name loads no other form. */
  static MmStruct create(Cpu cpu, AllocatorStack stack, MmKernel kernel) {
    return new LazyMm(cpu, stack, kernel);
  }

  @Override
  public int percpuBytes() {
    return kernel.cidBytes;
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
    lazy.initMany(cpu, fbc(mm, 0), RSS_COUNTERS);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long mm) {
    exitMmap(cpu, mm);
    freePgd(cpu, mm);
    if (lazy.promoted(fbc(mm, 0))) {
      checkMm(cpu, mm);
      counters.destroyMany(cpu, fbc(mm, 0), RSS_COUNTERS);
    } else {
      checkPlain(cpu, mm);
    }
    freeCid(cpu, mm);
  }

  private void checkPlain(Cpu cpu, long mm) {
    checkPgtables(cpu, mm);
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      if (lazy.sum(fbc(mm, counter)) != 0) {
        countBadRss(cpu);
      }
    }
  }

  @Override
  public void addRss(Cpu cpu, long mm, int counter, long pages) {
    lazy.add(cpu, fbc(mm, counter), pages);
  }

  @Override
  public long rss(Cpu cpu, long mm, int counter) {
    long fbc = fbc(mm, counter);
    return lazy.promoted(fbc) ? counters.sum(cpu, fbc) : lazy.sum(fbc);
  }

  @Override
  int promote(Cpu cpu, long mm, int gfp) {
    return lazy.promote(cpu, fbc(mm, 0), gfp | Gfp.ACCOUNT, RSS_COUNTERS);
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
