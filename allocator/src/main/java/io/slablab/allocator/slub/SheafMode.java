package io.slablab.allocator.slub;

/** Who has sheaves, and what stands behind them. */
public enum SheafMode {
  /**
   * As v6.18: a cache has them if it asks, by {@link Slub#sheaves}. They stand in front of CPU
   * slabs and are filled from and flushed to them as by bulk calls.
   */
  OPT_IN,

  /**
   * As v7.0: every cache has them; there are neither CPU slabs nor partial slabs of CPUs. They are
   * filled with whole freelists of slabs on the nodes' lists. An allocation that cannot use them
   * takes one object from a slab under list_lock.
   */
  ALL
}
