package io.slablab.allocator.pool;

/** Who runs a type's constructor and destructor. */
enum ObjectLife {
  /** The pool, or nobody: the cache hands out raw memory. */
  BY_POOL,
  /** The slab cache, object by object. */
  BY_SLAB,
  /** The slab cache, a slab's objects together. */
  BY_SLAB_BATCH
}
