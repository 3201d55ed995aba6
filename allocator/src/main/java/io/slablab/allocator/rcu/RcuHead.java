package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import org.jspecify.annotations.Nullable;

/**
 * A callback's place in a list, part of what it will free, so that queueing allocates nothing. Used
 * again after its callback ran, or by it.
 */
public final class RcuHead {
  private final CpuTask func;

  /** In the list of the CPU that queued it. */
  @Nullable RcuHead next;

  private boolean queued;

  /**
   * @param func the callback; runs in a softirq: it may not sleep
   */
  public RcuHead(CpuTask func) {
    this.func = func;
  }

  void claim() {
    if (queued) {
      throw new IllegalStateException("call_rcu twice for one head");
    }
    queued = true;
  }

  void invoke(Cpu cpu) {
    queued = false; // from here on the callback may queue it again
    func.run(cpu);
  }
}
