package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/**
 * Slab constructors that may fail, with a destructor as partner: a free object keeps its per-CPU
 * memory until its slab goes back to the page allocator.
 *
 * <p>Idle objects are bounded by what the cache keeps: per CPU its slab and its partial slabs, per
 * node the minimum of partial slabs.
 */
final class CtorDtorPool extends SlabPool {

  private CtorDtorPool(Cpu cpu, AllocatorStack stack, ObjectType type) {
    super(stack, type, stack.createCache(cpu, type, ObjectLife.BY_SLAB));
  }

  /** A call by this name loads no other design. */
  static ObjectPool create(Cpu cpu, AllocatorStack stack, ObjectType type) {
    return new CtorDtorPool(cpu, stack, type);
  }

  @Override
  long constructed(long live) {
    return cache.stats().totalObjects();
  }
}
