package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;

/** Undoes a {@link Constructor}, once, when the object's slab goes back to the page allocator. */
@FunctionalInterface
public interface Destructor {
  /**
   * Cannot fail; must not allocate or sleep, and may take only spin locks that nest nothing: it
   * runs wherever the last object of a slab is freed. With {@link DeferredDtor} a worker runs it,
   * and it may take any lock and sleep.
   */
  void destruct(Cpu cpu, long object);
}
