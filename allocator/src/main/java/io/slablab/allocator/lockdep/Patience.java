package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;

/** What a request for memory may wait for. */
enum Patience {
  /** Nothing. */
  ATOMIC(" atomic", "not wait"),

  /** Other users of memory, but not reclaim in file systems. */
  SLEEPS(" nofs", "wait, but not for file systems"),

  /** Everything: may enter {@code fs_reclaim}. */
  RECLAIMS("", "wait for all that reclaim does");

  /** Tells sections by patience apart. */
  final String note;

  /** What who has it may do. */
  final String means;

  Patience(String note, String means) {
    this.note = note;
    this.means = means;
  }

  /** Of a request with such flags by the task that runs. */
  static Patience of(Cpu cpu, int gfp) {
    if (!Gfp.blocking(gfp)) {
      return ATOMIC;
    }
    boolean reclaims = (cpu.taskFlags() & Cpu.PF_MEMALLOC) == 0;
    return reclaims && (Gfp.inScope(cpu, gfp) & Gfp.FS) != 0 ? RECLAIMS : SLEEPS;
  }
}
