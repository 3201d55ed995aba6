package io.slablab.allocator.debug;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;

/**
 * percpu_counters whose lives are told to DEBUG_OBJECTS. An active one whose memory is freed is
 * destroyed, alone, though it was made with its neighbours: what the kernel's callback does.
 */
final class TrackedCounters extends PercpuCounters {
  private final DebugObjects tracker;
  private final ObjectDescr descr = new ObjectDescr("percpu_counter", this::destroyOne);

  private TrackedCounters(
      Machine machine, Memory objects, Percpu percpu, PercpuAreas areas, DebugObjects tracker) {
    super(machine, objects, percpu, areas);
    this.tracker = tracker;
  }

  /** A call by this name loads no other counters: a stack without keeps its calls bound. */
  static PercpuCounters create(
      Machine machine, Memory objects, Percpu percpu, PercpuAreas areas, DebugObjects tracker) {
    return new TrackedCounters(machine, objects, percpu, areas, tracker);
  }

  private void destroyOne(Cpu cpu, long fbc) {
    destroyMany(cpu, fbc, 1);
  }

  @Override
  protected void activated(Cpu cpu, long fbc, int n) {
    for (int i = 0; i < n; i++) {
      tracker.init(cpu, fbc + (long) i * BYTES, descr);
      tracker.activate(cpu, fbc + (long) i * BYTES, descr);
    }
  }

  @Override
  protected void deactivated(Cpu cpu, long fbc, int n) {
    for (int i = 0; i < n; i++) {
      tracker.deactivate(cpu, fbc + (long) i * BYTES, descr);
      tracker.forget(cpu, fbc + (long) i * BYTES);
    }
  }
}
