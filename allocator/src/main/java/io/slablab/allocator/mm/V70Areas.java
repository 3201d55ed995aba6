package io.slablab.allocator.mm;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectType;
import io.slablab.allocator.pool.ObjectType.Form;

/**
 * A line of concurrency id on each CPU, right as zeroed memory is: a new area needs no walk, one
 * that had a life must be zeroed. A process with threads has a futex_ref, allocated with its second
 * thread, uncharged, and freed when its last user leaves; where all structures lie in one area it
 * is a part of that, and costs nothing more.
 */
final class V70Areas extends MmAreas {
  private final MmLayout layout;
  private final Memory memory;
  private final Percpu percpu;
  private final PercpuAreas source;
  private final PercpuCounters counters;
  private final Memory areas;
  private final int possibleCpus;
  private final boolean ownFutex;

  private V70Areas(AllocatorStack stack, MmLayout layout, boolean ownFutex) {
    super(MmKernel.V7_0, ownFutex ? 0 : MmKernel.FUTEX_REF_BYTES);
    this.layout = layout;
    this.memory = stack.memory();
    this.percpu = stack.percpu();
    this.source = stack.areas();
    this.counters = stack.counters();
    this.areas = percpu.memory();
    this.possibleCpus = stack.machine().possibleCpus();
    this.ownFutex = ownFutex;
  }

  /** A call by this name loads no other kernel. */
  static MmAreas create(AllocatorStack stack, MmLayout layout, Form form) {
    boolean ownFutex =
        switch (form) {
          case RAW, CONSTRUCTED, LAZY -> true;
          case ONE_BLOCK, PARTITIONED -> false;
        };
    return new V70Areas(stack, layout, ownFutex);
  }

  @Override
  void initCids(Cpu cpu, long area) {}

  @Override
  void resetCids(Cpu cpu, long area) {
    for (int id = 0; id < possibleCpus; id++) {
      resetCid(area, id);
    }
    cpu.charge(Cost.MM_CID_INIT, possibleCpus);
  }

  @Override
  void resetCid(long area, int id) {
    areas.fill(percpu.address(area, id), cidBytes, (byte) 0);
  }

  /** Heads of empty lists: who waits for the mutex, and where the work is queued. */
  @Override
  void initFields(long mm) {
    selfLink(mm + layout.cidMutexWaiters);
    selfLink(mm + layout.cidWorkEntry);
  }

  private void selfLink(long head) {
    memory.putLong(head, head);
    memory.putLong(head + Long.BYTES, head);
  }

  @Override
  int addThread(Cpu cpu, long mm, int gfp) {
    if (memory.getLong(mm + layout.futexRef) != 0) {
      return 0;
    }
    if (!ownFutex) {
      memory.putLong(mm + layout.futexRef, behindCounters(mm));
      return 0;
    }
    int uncharged = gfp & ~Gfp.ACCOUNT;
    long area = source.alloc(cpu, MmKernel.FUTEX_REF_BYTES, MmKernel.FUTEX_REF_BYTES, uncharged);
    memory.putLong(mm + layout.futexRef, area);
    return area == 0 ? ObjectType.ENOMEM : 0;
  }

  private long behindCounters(long mm) {
    return counters.area(mm + layout.rssStat) + MmStruct.RSS_AREA_BYTES;
  }

  @Override
  void exit(Cpu cpu, long mm) {
    long area = memory.getLong(mm + layout.futexRef);
    if (area != 0) {
      if (ownFutex) {
        source.free(cpu, area);
      }
      memory.putLong(mm + layout.futexRef, 0);
    }
  }
}
