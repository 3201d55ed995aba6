package io.slablab.allocator.soak;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.slub.DestroyResult;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.Sheaves;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a slab cache; with a life cycle each owns a per-CPU area from constructor to
 * destructor.
 */
final class CacheKind implements Kind {
  private static final int AREA_BYTES = 16;
  private static final int AREA = 0;
  private static final int STAMP = 8;
  private static final int SHEAF_CAPACITY = 16;
  private static final int ENOMEM = -12;

  private final AllocatorStack stack;
  private final Memory memory;
  private final KmemCache cache;
  private final @Nullable Sheaves sheaves;
  private final AtomicLong constructed = new AtomicLong();

  CacheKind(
      AllocatorStack stack, Cpu cpu, String name, int bytes, KmemCacheArgs args, Style style) {
    this.stack = stack;
    this.memory = stack.memory();
    KmemCacheArgs all =
        style == Style.CONSTRUCTED ? args.withCtor(this::construct).withDtor(this::destruct) : args;
    this.cache = stack.slub().create(cpu, name, bytes, all);
    this.sheaves = style == Style.SHEAVES ? stack.slub().sheaves(cpu, cache, SHEAF_CAPACITY) : null;
  }

  enum Style {
    PLAIN,
    CONSTRUCTED,
    SHEAVES
  }

  private int construct(Cpu cpu, long object, int gfp) {
    long area = stack.areas().alloc(cpu, AREA_BYTES, 8, gfp);
    if (area == 0) {
      return ENOMEM;
    }
    memory.putLong(object + AREA, area);
    constructed.incrementAndGet();
    return 0;
  }

  private void destruct(Cpu cpu, long object) {
    long area = memory.getLong(object + AREA);
    if (area == 0) {
      throw new IllegalStateException("INV-SLUB-10: destructed and not constructed");
    }
    memory.putLong(object + AREA, 0);
    stack.areas().free(cpu, area);
    constructed.decrementAndGet();
  }

  @Override
  public long alloc(Cpu cpu) {
    return sheaves == null ? cache.alloc(cpu, Gfp.GFP_KERNEL) : sheaves.alloc(cpu, Gfp.GFP_KERNEL);
  }

  @Override
  public void free(Cpu cpu, long object) {
    if (sheaves == null) {
      cache.free(cpu, object);
    } else {
      sheaves.free(cpu, object);
    }
  }

  @Override
  public void stamp(long object, long stamp) {
    memory.putLong(object + STAMP, stamp);
  }

  @Override
  public long stampOf(long object) {
    return memory.getLong(object + STAMP);
  }

  @Override
  public void shrink(Cpu cpu) {
    cache.shrink(cpu);
  }

  @Override
  public void close(Cpu cpu) {
    DestroyResult result = stack.slub().destroy(cpu, cache);
    if (!result.destroyed() || !result.errors().isEmpty() || constructed.get() != 0) {
      throw new IllegalStateException(
          "not all came back: cache="
              + cache.name()
              + " "
              + result
              + " constructed="
              + constructed);
    }
  }
}
