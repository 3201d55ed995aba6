package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;

/** Opens for one allocation now and then. */
final class KfenceGate {
  private final Machine machine;
  private final KfenceSampling sampling;

  /** Allocations seen, or when the gate opened last. */
  private final Word state;

  KfenceGate(Machine machine, KfenceSampling sampling) {
    this.machine = machine;
    this.sampling = sampling;
    this.state = machine.word(machine.line("kfence_allocation_gate"), machine.nowNs());
  }

  boolean open(Cpu cpu) {
    return switch (sampling) {
      case KfenceSampling.EveryAllocations(int n) ->
          Long.remainderUnsigned(state.getAndAdd(cpu, 1), n) == 0;
      case KfenceSampling.EveryNs(long intervalNs) -> due(cpu, intervalNs);
    };
  }

  /** Of CPUs that see the interval over, one wins. */
  private boolean due(Cpu cpu, long intervalNs) {
    long last = state.getAcquire(cpu);
    long now = machine.nowNs();
    return now - last >= intervalNs && state.compareAndSet(cpu, last, now);
  }
}
