package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;

/**
 * tc_action whose per-CPU areas belong to the slab object, in a cache of its kind's own size.
 *
 * <p>Every life starts with all bytes zero but the three area pointers, and with zeroed areas: a
 * walk over the possible CPUs that takes no lock.
 */
class ConstructedTcAction extends TcAction {

  ConstructedTcAction(AllocatorStack stack, TcActionOps ops) {
    super(stack, ops, Form.CONSTRUCTED);
  }

  /** A call by this name loads no other form. */
  static TcAction create(AllocatorStack stack, TcActionOps ops) {
    return new ConstructedTcAction(stack, ops);
  }

  @Override
  public CacheSpec cache() {
    return new CacheSpec("tc_action_" + ops.kind(), ops.bytes(), 0, false, 0, false);
  }

  @Override
  public final int percpuBytes() {
    return AREA_BYTES;
  }

  @Override
  public int construct(Cpu cpu, long action, int gfp) {
    cpu.charge(Cost.CTOR);
    return allocAreas(cpu, action, gfp & ~(Gfp.ACCOUNT | Gfp.ZERO));
  }

  @Override
  public final void destruct(Cpu cpu, long action) {
    cpu.charge(Cost.DTOR);
    freeAreas(cpu, action);
  }

  @Override
  public int begin(Cpu cpu, long action, int gfp) {
    memory.fill(action, TcActionLayout.CTOR_FIELDS, (byte) 0);
    clearAreas(cpu, action);
    initFields(cpu, action);
    return 0;
  }

  @Override
  public final void end(Cpu cpu, long action) {
    checkHead(cpu, action);
  }

  private void clearAreas(Cpu cpu, long action) {
    long bstats = area(action, TcActionLayout.CPU_BSTATS);
    long bstatsHw = area(action, TcActionLayout.CPU_BSTATS_HW);
    long qstats = area(action, TcActionLayout.CPU_QSTATS);
    for (int id = 0; id < possibleCpus; id++) {
      clear(percpu.address(bstats, id), TcActionLayout.BSTATS_BYTES);
      clear(percpu.address(bstatsHw, id), TcActionLayout.BSTATS_BYTES);
      clear(percpu.address(qstats, id), TcActionLayout.QSTATS_BYTES);
    }
    cpu.charge(Cost.TC_STATS_ZERO, possibleCpus);
  }

  /** By words: an area is too short for a bulk fill to pay. Areas are at multiples of 4. */
  private void clear(long at, int bytes) {
    for (int done = 0; done < bytes; done += Integer.BYTES) {
      areas.putInt(at + done, 0);
    }
  }
}
