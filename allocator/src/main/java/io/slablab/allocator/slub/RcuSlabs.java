package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.rcu.Rcu;

/**
 * Empty slabs of a cache with {@link SlabFlags#TYPESAFE_BY_RCU} on their way: pages and objects
 * stay as they are until every reader that could still look at an object has finished
 * (INV-SLUB-11). A destructor runs after that, in the callback's softirq, or in the worker of a
 * cache that defers.
 *
 * <pre>
 *   waiting = slabs that were discarded and whose grace period is not over
 * </pre>
 */
final class RcuSlabs {
  private final Rcu rcu;
  private final SlabFactory factory;
  private final Word waiting;

  RcuSlabs(Slub slub, SlabFactory factory) {
    this.rcu = slub.rcu();
    this.factory = factory;
    this.waiting = slub.machine().word(slub.machine().line("rcu_slabs"), 0);
  }

  /** Any context: nothing is taken, nothing waits. */
  void push(Cpu cpu, Slab slab) {
    slab.awaits = Slab.Awaits.GRACE_PERIOD;
    waiting.getAndAdd(cpu, 1);
    rcu.callRcu(cpu, slab.rcuHead());
  }

  void gracePeriodOver(Cpu cpu, Slab slab) {
    waiting.getAndAdd(cpu, -1);
    factory.giveBack(cpu, slab);
  }

  /** At rest. */
  long waiting() {
    return waiting.peek();
  }
}
