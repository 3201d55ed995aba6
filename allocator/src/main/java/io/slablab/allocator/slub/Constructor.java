package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;

/** Brings a new slab's object into its constructed state, once, before its first allocation. */
@FunctionalInterface
public interface Constructor {
  /**
   * May take ordinary locks and allocate with the flags given, not from its own cache. Must undo
   * its own partial work before it fails: the object is then not destructed.
   *
   * @param object address
   * @param gfp what the caller of the allocation allows
   * @return 0, or a negative errno
   */
  int construct(Cpu cpu, long object, int gfp);
}
