package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;

/**
 * Constructor and destructor of all objects of a slab at a time, so that what they take from other
 * allocators can be taken in bulk.
 *
 * <p>The contract of {@link Constructor} and {@link Destructor} holds for each object.
 */
public interface SlabLifeCycle {

  /**
   * Makes the objects, from the first on.
   *
   * @param objects all objects of a new slab, in the order they will be handed out
   * @param gfp what the allocation's caller allows
   * @return how many are made; when fewer than all, the slab is given up and exactly those are
   *     destructed
   */
  int constructMany(Cpu cpu, SlabIter objects, int gfp);

  /** Undoes {@link #constructMany} for all objects given: those of one slab, in any order. */
  void destructMany(Cpu cpu, SlabIter objects);
}
