package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.Slub;

/** A pool whose objects come straight from one slab cache. */
abstract class SlabPool extends ObjectPool {
  private static final int GETS = 0;
  private static final int FAILED_GETS = 1;
  private static final int PUTS = 2;
  private static final int KINDS = 3;

  final ObjectType type;
  final KmemCache cache;
  private final Slub slub;
  private final CpuCounts counts;
  private final int possibleCpus;

  SlabPool(AllocatorStack stack, ObjectType type, KmemCache cache) {
    this.slub = stack.slub();
    this.type = type;
    this.cache = cache;
    this.possibleCpus = stack.machine().possibleCpus();
    this.counts = new CpuCounts(possibleCpus, KINDS);
  }

  @Override
  public final long get(Cpu cpu, int gfp) {
    long object = cache.alloc(cpu, gfp);
    if (object == 0) {
      counts.add(cpu, FAILED_GETS, 1);
      return 0;
    }
    if (type.begin(cpu, object, gfp) != 0) {
      cache.free(cpu, object);
      counts.add(cpu, FAILED_GETS, 1);
      return 0;
    }
    counts.add(cpu, GETS, 1);
    return object;
  }

  @Override
  public final void put(Cpu cpu, long object) {
    type.end(cpu, object);
    cache.free(cpu, object);
    counts.add(cpu, PUTS, 1);
  }

  @Override
  public final void trim(Cpu cpu) {
    cache.shrink(cpu);
  }

  @Override
  public final void close(Cpu cpu) {
    slub.destroy(cpu, cache);
    type.close(cpu);
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
