package io.slablab.allocator.debug;

/** What can watch the objects of a stack; the kernel's names. */
public enum DebugFeature {
  /**
   * Red zones, poison, users and consistency checks of the slab allocator itself, on all caches.
   */
  SLUB_DEBUG,
  /** Every access to objects against a shadow of memory; freed objects wait in a quarantine. */
  KASAN,
  /** Objects and per-CPU areas that nothing refers to. */
  KMEMLEAK,
  /** Objects that are freed, initialised or ended while in the wrong state. */
  DEBUG_OBJECTS,
  /** A few sampled objects, each on a page of its own between pages that nobody may touch. */
  KFENCE
}
