package io.slablab.allocator.machine;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A work item, as the kernel's {@code work_struct}: queued at most once until it starts, then free
 * to be queued again. It runs on the CPU that queued it, at that CPU's next {@link Cpu#poll} with
 * interrupts on.
 */
public final class Work {
  private final String name;
  private final CpuTask task;
  private final AtomicBoolean pending = new AtomicBoolean();

  public Work(String name, CpuTask task) {
    this.name = name;
    this.task = task;
  }

  public String name() {
    return name;
  }

  /**
   * Claims the right to queue. The CAS is volatile: its partner is the clearing in {@link #run}, so
   * that who fails to claim knows that a run which sees its earlier writes is still to come.
   */
  public boolean claim() {
    return !pending.get() && pending.compareAndSet(false, true);
  }

  /** Runs the task; from its first instruction on the item may be queued again. */
  public void run(Cpu cpu) {
    pending.set(false);
    cpu.begin(Section.WORK);
    try {
      task.run(cpu);
    } finally {
      cpu.end(Section.WORK);
    }
  }
}
