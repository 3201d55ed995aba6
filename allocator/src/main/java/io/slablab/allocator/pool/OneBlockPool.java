package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/**
 * Raw objects with a single area for all their per-CPU structures: Mathieu Desnoyers' combined
 * block. One trip through the percpu allocator instead of one per structure.
 */
final class OneBlockPool extends SlabPool {

  private OneBlockPool(Cpu cpu, AllocatorStack stack, ObjectType type) {
    super(stack, type, stack.createCache(cpu, type, ObjectLife.BY_POOL));
  }

  /** A call by this name loads no other design. */
  static ObjectPool create(Cpu cpu, AllocatorStack stack, ObjectType type) {
    return new OneBlockPool(cpu, stack, type);
  }

  @Override
  long constructed(long live) {
    return live;
  }
}
