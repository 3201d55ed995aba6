package io.slablab.allocator.soak;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;

/** Per-CPU areas, stamped on every CPU. */
final class AreaKind implements Kind {
  private static final int BYTES = 24;

  private final AllocatorStack stack;
  private final Memory memory;
  private final int cpus;

  AreaKind(AllocatorStack stack) {
    this.stack = stack;
    this.memory = stack.percpu().memory();
    this.cpus = stack.machine().possibleCpus();
  }

  private long at(long area, int cpu) {
    return stack.percpu().address(area, cpu);
  }

  @Override
  public long alloc(Cpu cpu) {
    long area = stack.areas().alloc(cpu, BYTES, Long.BYTES, Gfp.GFP_KERNEL);
    for (int id = 0; area != 0 && id < cpus; id++) {
      if (memory.getLong(at(area, id)) != 0) {
        throw new IllegalStateException("INV-PC-6: an area is not zero: " + area);
      }
    }
    return area;
  }

  @Override
  public void free(Cpu cpu, long area) {
    stack.areas().free(cpu, area);
  }

  @Override
  public void stamp(long area, long stamp) {
    for (int id = 0; id < cpus; id++) {
      memory.putLong(at(area, id), stamp + id);
    }
  }

  /** 0 when the CPUs disagree. */
  @Override
  public long stampOf(long area) {
    long stamp = memory.getLong(at(area, 0));
    for (int id = 1; id < cpus; id++) {
      if (memory.getLong(at(area, id)) != stamp + id) {
        return 0;
      }
    }
    return stamp;
  }

  @Override
  public void shrink(Cpu cpu) {
    stack.areas().trim(cpu);
  }

  @Override
  public void close(Cpu cpu) {
    stack.areas().trim(cpu);
  }
}
