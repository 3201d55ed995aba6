package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.slub.Sheaves;

/**
 * Constructed objects that CPUs keep in arrays, sheaves, instead of slabs of their own.
 *
 * <p>With batches it is the front end of the design we think best: together with the partitioned
 * form of a type, a slab costs one area and one section under each global lock, and a life writes
 * only the memory of CPUs it ran on. Nodes then keep one full sheaf instead of the kernel's ten.
 */
final class SheafPool extends SlabPool {
  /** One for whoever comes next: with batches a refill is cheap, an idle sheaf is not. */
  private static final int FULL_SHEAVES_WITH_BATCHES = 1;

  private final Sheaves sheaves;

  private SheafPool(Cpu cpu, AllocatorStack stack, ObjectType type, ObjectLife life) {
    super(stack, type, stack.createCache(cpu, type, life));
    this.sheaves = stack.slub().sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY);
    if (life == ObjectLife.BY_SLAB_BATCH) {
      sheaves.limitBarns(FULL_SHEAVES_WITH_BATCHES);
    }
  }

  /** A call by this name loads no other design. */
  static ObjectPool create(Cpu cpu, AllocatorStack stack, ObjectType type, boolean batches) {
    ObjectLife life = batches ? ObjectLife.BY_SLAB_BATCH : ObjectLife.BY_SLAB;
    return new SheafPool(cpu, stack, type, type.form().constructed() ? life : ObjectLife.BY_POOL);
  }

  @Override
  long take(Cpu cpu, int gfp) {
    return sheaves.alloc(cpu, gfp);
  }

  @Override
  void giveBack(Cpu cpu, long object) {
    sheaves.free(cpu, object);
  }

  @Override
  long constructed(long live) {
    return type.form().constructed() ? cache.stats().totalObjects() : live;
  }
}
