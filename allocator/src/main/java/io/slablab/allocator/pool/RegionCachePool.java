package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/**
 * Raw objects over a stack whose areas come from magazines of the users' own sizes: Christoph
 * Lameter's cache of recently used regions.
 */
final class RegionCachePool extends SlabPool {

  private RegionCachePool(Cpu cpu, AllocatorStack stack, ObjectType type) {
    super(stack, type, stack.createCache(cpu, type, ObjectLife.BY_POOL));
  }

  /** A call by this name loads no other design. */
  static ObjectPool create(Cpu cpu, AllocatorStack stack, ObjectType type) {
    return new RegionCachePool(cpu, stack, type);
  }

  @Override
  long constructed(long live) {
    return live;
  }
}
