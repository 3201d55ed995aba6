package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/** The kernel as it is: a free object is raw memory, and every life makes what it needs. */
final class BaselinePool extends SlabPool {

  private BaselinePool(Cpu cpu, AllocatorStack stack, ObjectType type) {
    super(stack, type, stack.createCache(cpu, type, ObjectLife.BY_POOL));
  }

  /** A call by this name loads no other design. */
  static ObjectPool create(Cpu cpu, AllocatorStack stack, ObjectType type) {
    return new BaselinePool(cpu, stack, type);
  }

  @Override
  long constructed(long live) {
    return live;
  }
}
