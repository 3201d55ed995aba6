package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/**
 * Raw objects over a percpu allocator that caches areas of every power of two: Tejun Heo's remedy,
 * which serves every user of per-CPU memory and not slab owners alone.
 */
final class ScalablePercpuPool extends SlabPool {

  private ScalablePercpuPool(Cpu cpu, AllocatorStack stack, ObjectType type) {
    super(stack, type, stack.createCache(cpu, type, ObjectLife.BY_POOL));
  }

  /** A call by this name loads no other design. */
  static ObjectPool create(Cpu cpu, AllocatorStack stack, ObjectType type) {
    return new ScalablePercpuPool(cpu, stack, type);
  }

  @Override
  long constructed(long live) {
    return live;
  }
}
