package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.machine.Work;

/** What RCU keeps of one CPU; but for one word touched by the holder of its token alone. */
final class RcuCpu extends LinePad {
  final CallbackList list = new CallbackList();

  /** Room for a set of CPUs. */
  final long[] scratch;

  /** Depth of the reader section; above 0 the CPU is not quiet. */
  int nesting;

  /** The grace period in progress that this CPU has been quiet in. */
  long quietIn;

  /** Callbacks in one pass at least. */
  int blimit;

  /** Callbacks at the time they were last found too many. */
  int sizeAtHurry;

  /** 1 while a note asks for a pass that no poll has found yet; any CPU. */
  final Word passAsked;

  long invoked;
  long overloads;

  /**
   * Invariant: queued on this CPU while its list holds something. A new one at each coming online,
   * since the last one may be queued on the CPU that took over.
   */
  Work work;

  RcuCpu(int cpuWords, int blimit, CpuTask pass, Word passAsked) {
    this.passAsked = passAsked;
    this.scratch = new long[cpuWords];
    this.blimit = blimit;
    this.work = new Work("rcu_core", pass);
  }
}
