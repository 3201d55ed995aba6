package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.slub.KmemCache;

/** A pool whose objects come straight from one slab cache. */
abstract class SlabPool extends ObjectPool {
  private static final int GETS = 0;
  private static final int FAILED_GETS = 1;
  private static final int PUTS = 2;
  private static final int KINDS = 3;

  final ObjectType type;
  final KmemCache cache;
  private final AllocatorStack stack;
  private final CpuCounts counts;
  private final int possibleCpus;

  SlabPool(AllocatorStack stack, ObjectType type, KmemCache cache) {
    this.stack = stack;
    this.type = type;
    this.cache = cache;
    this.possibleCpus = stack.machine().possibleCpus();
    this.counts = new CpuCounts(possibleCpus, KINDS);
  }

  @Override
  public final long get(Cpu cpu, int gfp) {
    long object = take(cpu, gfp);
    if (object == 0) {
      counts.add(cpu, FAILED_GETS, 1);
      return 0;
    }
    if (type.begin(cpu, object, gfp) != 0) {
      giveBack(cpu, object);
      counts.add(cpu, FAILED_GETS, 1);
      return 0;
    }
    counts.add(cpu, GETS, 1);
    return object;
  }

  @Override
  public final void put(Cpu cpu, long object) {
    type.end(cpu, object);
    giveBack(cpu, object);
    counts.add(cpu, PUTS, 1);
  }

  /** An object in the state that the type's form wants, or 0. */
  long take(Cpu cpu, int gfp) {
    return cache.alloc(cpu, gfp);
  }

  /** Takes back an object in the state that the type's form wants. */
  void giveBack(Cpu cpu, long object) {
    cache.free(cpu, object);
  }

  @Override
  public final void trim(Cpu cpu) {
    trimFront(cpu);
    cache.shrink(cpu);
    stack.areas().trim(cpu);
  }

  /** Lets go of what the design keeps in front of the slab cache. */
  void trimFront(Cpu cpu) {}

  @Override
  public final void close(Cpu cpu) {
    trimFront(cpu);
    stack.slub().destroy(cpu, cache);
    type.close(cpu);
    stack.areas().trim(cpu);
  }

  /** Objects that hold their per-CPU memory, when {@code live} are handed out. */
  abstract long constructed(long live);

  @Override
  public final PoolStats stats() {
    long gets = counts.sum(GETS);
    long puts = counts.sum(PUTS);
    long live = gets - puts;
    long constructed = constructed(live);
    long idle = constructed - live;
    return new PoolStats(
        gets,
        counts.sum(FAILED_GETS),
        puts,
        live,
        constructed,
        idle,
        idle * type.percpuBytes() * possibleCpus);
  }
}
