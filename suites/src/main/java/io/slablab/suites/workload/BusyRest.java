package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;

/**
 * The work around the allocator: arithmetic until the machine's clock has moved by a duration.
 *
 * <p>It computes rather than pauses, as a real exec() would, so that a sibling hardware thread
 * feels it. Resolution is one reading of the clock, some 25 ns on a host. Under virtual time the
 * charge alone moves the clock; units of the charge are nanoseconds.
 */
final class BusyRest {
  private static final int ROUNDS = 8;
  private static final int MAX_CHARGE_NS = 1_000_000_000;

  private final Machine machine;
  private final Cost tag;
  private final long restNs;

  BusyRest(Machine machine, Cost tag, long restNs) {
    this.machine = machine;
    this.tag = tag;
    this.restNs = restNs;
  }

  void run(Cpu cpu, StreamState state) {
    if (restNs != 0) {
      spin(cpu, state);
    }
  }

  private void spin(Cpu cpu, StreamState state) {
    long startNs = machine.nowNs();
    for (long left = restNs; left > 0; left -= MAX_CHARGE_NS) {
      cpu.charge(tag, (int) Math.min(left, MAX_CHARGE_NS));
    }
    long x = state.busy | 1;
    while (machine.nowNs() - startNs < restNs) {
      for (int round = 0; round < ROUNDS; round++) {
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
      }
    }
    state.busy = x;
  }
}
