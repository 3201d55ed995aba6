package io.slablab.allocator.slub;

/** Where free pointers live. */
public enum MemoryMode {
  /** In the objects' bytes, encoded: for tests. */
  FULL,
  /** In an array beside the slab: for throughput. */
  META
}
