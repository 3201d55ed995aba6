package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/**
 * Raw objects that count without per-CPU memory until a second CPU uses them: Gabriel Krisman
 * Bertazi's dual-mode counters.
 */
final class LazyCountersPool extends SlabPool {

  private LazyCountersPool(Cpu cpu, AllocatorStack stack, ObjectType type) {
    super(stack, type, stack.createCache(cpu, type, ObjectLife.BY_POOL));
  }

  /** A call by this name loads no other design. */
  static ObjectPool create(Cpu cpu, AllocatorStack stack, ObjectType type) {
    return new LazyCountersPool(cpu, stack, type);
  }

  @Override
  long constructed(long live) {
    return live;
  }
}
