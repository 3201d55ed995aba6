package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;

/**
 * mm_struct whose per-CPU areas belong to the slab object: made by the constructor, uncharged,
 * charged to the user for the length of a life, freed by the destructor.
 *
 * <p>Invariant: the percpu pointers of an object are constant from constructor to destructor. The
 * counters need no reset, as {@code checkMm} ends every life with zeros.
 *
 * <p>Faithful keeps two defects of the published series: the constructor sleeps whatever the caller
 * allowed, and a failed charge frees the concurrency-id area although the constructor owns it, so
 * that the object's next life finds none.
 */
final class ConstructedMm extends MmStruct {
  private final boolean faithful;

  private ConstructedMm(Cpu cpu, AllocatorStack stack, boolean faithful, MmKernel kernel) {
    super(cpu, stack, Form.CONSTRUCTED, kernel);
    this.faithful = faithful;
  }

  /** A call by this name loads no other form. */
  static MmStruct create(Cpu cpu, AllocatorStack stack, boolean faithful, MmKernel kernel) {
    return new ConstructedMm(cpu, stack, faithful, kernel);
  }

  @Override
  public int construct(Cpu cpu, long mm, int gfp) {
    cpu.charge(Cost.CTOR);
    int uncharged = faithful ? Gfp.GFP_KERNEL : gfp & ~(Gfp.ACCOUNT | Gfp.ZERO);
    if (!allocCid(cpu, mm, uncharged)) {
      return ENOMEM;
    }
    if (!initRss(cpu, mm, uncharged)) {
      freeCid(cpu, mm);
      return ENOMEM;
    }
    return 0;
  }

  @Override
  public void destruct(Cpu cpu, long mm) {
    cpu.charge(Cost.DTOR);
    freeCid(cpu, mm);
    counters.destroyMany(cpu, fbc(mm, 0), RSS_COUNTERS);
  }

  @Override
  public int begin(Cpu cpu, long mm, int gfp) {
    initFields(cpu, mm);
    if (!initPgd(cpu, mm, gfp)) {
      return ENOMEM;
    }
    if (!counters.chargeMany(cpu, fbc(mm, 0), RSS_COUNTERS)) {
      if (faithful) {
        freeCid(cpu, mm);
      }
      freePgd(cpu, mm);
      return ENOMEM;
    }
    if (faithful && cidArea(mm) == 0) {
      throw new NullPointerException("mm_struct without concurrency-id area: object=" + mm);
    }
    resetCid(cpu, mm);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long mm) {
    exitMmap(cpu, mm);
    freePgd(cpu, mm);
    checkMm(cpu, mm);
    counters.unchargeMany(cpu, fbc(mm, 0), RSS_COUNTERS);
  }
}
