package io.slablab.allocator.pool;

/** What stands between a stack's users and its percpu allocator. */
public enum AreaSource {
  /** Nothing. */
  PERCPU,
  /** Magazines of the few sizes that its users have, kept above the percpu allocator. */
  REGION_CACHE,
  /** Object caches of all powers of two, as part of the percpu allocator. */
  SIZE_CLASSES
}
