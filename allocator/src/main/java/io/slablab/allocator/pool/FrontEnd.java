package io.slablab.allocator.pool;

/** What a CPU allocates from first. */
public enum FrontEnd {
  /** A slab of its own, then its partial slabs. */
  CPU_SLABS,
  /** Arrays of objects, exchanged with a barn per node. */
  SHEAVES
}
