package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a CPU's callbacks: gives those without a grace period one, and runs what is ready,
 * up to a limit, in a softirq.
 *
 * <pre>
 *   limit = max(blimit, ready >> 7)
 *   blimit = 10000 from qhimark callbacks more than last time on, until there are at most qlowmark
 * </pre>
 */
final class CallbackPass {
  private final Machine machine;
  private final RcuConfig config;
  private final GracePeriods periods;

  CallbackPass(Machine machine, RcuConfig config, GracePeriods periods) {
    this.machine = machine;
    this.config = config;
    this.periods = periods;
  }

  /** Whether the CPU's reader section, if any, was left; tells the period that runs. */
  void quiet(Cpu cpu, RcuCpu mine) {
    if (mine.nesting == 0) {
      periods.quiet(cpu, mine);
    }
  }

  /** Moves callbacks on; asks for a grace period when there are some without. */
  void sort(Cpu cpu, RcuCpu mine) {
    CallbackList list = mine.list;
    list.advance(periods.current(cpu));
    if (!list.isEmpty(CallbackList.NEXT)) {
      list.accelerate(periods.next(cpu));
    }
  }

  /** Runs ready callbacks, oldest first. What they queue themselves waits for its own period. */
  void invoke(Cpu cpu, RcuCpu mine) {
    CallbackList list = mine.list;
    int ready = list.count(CallbackList.DONE);
    RcuHead first = list.takeDone();
    if (first == null) {
      return;
    }
    int limit = Math.max(mine.blimit, ready >> RcuConfig.READY_SHIFT);
    cpu.softirq(at -> invokeUpTo(at, mine, first, ready, limit));
    if (list.size() <= config.qlowmark()) {
      mine.blimit = config.blimit();
      mine.sizeAtHurry = 0;
    }
  }

  /** A callback that throws takes none of the others with it. */
  private void invokeUpTo(Cpu cpu, RcuCpu mine, RcuHead first, int ready, int limit) {
    long endNs = limit > RcuConfig.TIMED_BLIMIT ? machine.nowNs() + config.passNs() : 0;
    RcuHead rest = first;
    int done = 0;
    try {
      while (rest != null && done < limit && (endNs == 0 || machine.nowNs() - endNs < 0)) {
        RcuHead head = rest;
        rest = head.next;
        head.next = null;
        done++;
        cpu.charge(Cost.RCU_CALLBACK);
        head.invoke(cpu);
      }
    } finally {
      mine.invoked += done;
      putBack(mine, rest, ready - done);
    }
  }

  private static void putBack(RcuCpu mine, @Nullable RcuHead rest, int count) {
    if (rest != null) {
      mine.list.putBack(rest, count);
    }
  }

  /** Has too many callbacks come? Then passes get long and come soon, and hurry their periods. */
  void watchSize(Cpu cpu, RcuCpu mine) {
    int size = mine.list.size();
    if (size <= mine.sizeAtHurry + config.qhimark()) {
      return;
    }
    mine.sizeAtHurry = size;
    mine.blimit = RcuConfig.MAX_BLIMIT;
    if (size > config.qovld()) {
      mine.overloads++;
    }
    cpu.queueDelayed(mine.work, 0);
  }
}
