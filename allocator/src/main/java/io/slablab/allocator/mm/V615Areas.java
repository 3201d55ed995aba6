package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.pool.AllocatorStack;

/**
 * {@code {time u64, cid, recent_cid}} on each CPU. Unset is -1, so that every life walks all
 * possible CPUs.
 */
final class V615Areas extends MmAreas {
  private static final int CID = 8;
  private static final int RECENT_CID = 12;
  private static final int UNSET = -1;

  private final Percpu percpu;
  private final Memory areas;
  private final int possibleCpus;

  private V615Areas(AllocatorStack stack) {
    super(MmKernel.V6_15, 0);
    this.percpu = stack.percpu();
    this.areas = percpu.memory();
    this.possibleCpus = stack.machine().possibleCpus();
  }

  /** A call by this name loads no other kernel. */
  static MmAreas create(AllocatorStack stack) {
    return new V615Areas(stack);
  }

  @Override
  void initCids(Cpu cpu, long area) {
    for (int id = 0; id < possibleCpus; id++) {
      resetCid(area, id);
    }
    cpu.charge(Cost.MM_CID_INIT, possibleCpus);
  }

  @Override
  void resetCids(Cpu cpu, long area) {
    initCids(cpu, area);
  }

  @Override
  void resetCid(long area, int id) {
    long mine = percpu.address(area, id);
    areas.putLong(mine, 0);
    areas.putInt(mine + CID, UNSET);
    areas.putInt(mine + RECENT_CID, UNSET);
  }

  @Override
  void initFields(long mm) {}

  @Override
  int addThread(Cpu cpu, long mm, int gfp) {
    return 0;
  }

  @Override
  void exit(Cpu cpu, long mm) {}
}
