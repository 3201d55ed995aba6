package io.slablab.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.DeferredDtor;
import io.slablab.allocator.slub.DestroyResult;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.Sheaves;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.allocator.slub.SlabIter;
import io.slablab.allocator.slub.SlabLifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * One cache and its objects. Each carries a stamp at its first free word and at its last one; a
 * constructed one its area in its first word.
 */
final class CacheModel {
  static final int SLOTS = 64;
  private static final int AREA_BYTES = 16;
  private static final int ENOMEM = -12;
  private static final int FORGOTTEN = 40;

  private final World world;
  private final Shape shape;
  private final Memory memory;
  private final long[] objects = new long[SLOTS];
  private final long[] stamps = new long[SLOTS];
  private KmemCache cache;
  private @Nullable Sheaves sheaves;
  private int destructed;

  CacheModel(World world, Shape shape, Cpu cpu) {
    this.world = world;
    this.shape = shape;
    this.memory = world.stack.memory();
    this.cache = create(cpu);
  }

  private KmemCache create(Cpu cpu) {
    KmemCacheArgs args =
        switch (shape) {
          case SMALL, SMALL_TOO, LARGE -> KmemCacheArgs.NONE;
          case ALIGNED -> KmemCacheArgs.NONE.withFlags(SlabFlags.HWCACHE_ALIGN);
          case CONSTRUCTED -> lifeCycle();
          case BATCH -> KmemCacheArgs.NONE.withBatch(new Batch());
          case DEFERRED ->
              lifeCycle().withDeferredDtor(new DeferredDtor(2, DeferredDtor.Credit.AT_QUEUE));
          case SHEAVES -> KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE);
        };
    KmemCache made = world.stack.slub().create(cpu, shape.toString(), shape.bytes(), args);
    sheaves = shape == Shape.SHEAVES ? world.stack.slub().sheaves(cpu, made, 4) : null;
    return made;
  }

  private KmemCacheArgs lifeCycle() {
    return KmemCacheArgs.NONE.withCtor(this::construct).withDtor(this::destruct);
  }

  private int construct(Cpu cpu, long object, int gfp) {
    long area = world.stack.areas().alloc(cpu, AREA_BYTES, 8, gfp | Gfp.NOWARN);
    memory.putLong(object, area);
    return area == 0 ? ENOMEM : 0;
  }

  private void destruct(Cpu cpu, long object) {
    long area = memory.getLong(object);
    assertThat(area).as("destructed and not constructed").isNotZero();
    memory.putLong(object, 0);
    if (world.plant == Plant.FORGETFUL_DESTRUCTOR && ++destructed == FORGOTTEN) {
      return;
    }
    world.stack.areas().free(cpu, area);
  }

  private final class Batch implements SlabLifeCycle {
    @Override
    public int constructMany(Cpu cpu, SlabIter objects, int gfp) {
      int made = 0;
      while (made < objects.count() && construct(cpu, objects.object(made), gfp) == 0) {
        made++;
      }
      return made;
    }

    @Override
    public void destructMany(Cpu cpu, SlabIter objects) {
      for (int i = 0; i < objects.count(); i++) {
        destruct(cpu, objects.object(i));
      }
    }
  }

  // ---- steps ----

  void alloc(Cpu cpu, int slot, int gfp) {
    if (objects[slot] == 0) {
      long object = sheaves == null ? cache.alloc(cpu, gfp) : sheaves.alloc(cpu, gfp);
      assertThat(object != 0 || !Gfp.blocking(gfp) || !world.enough())
          .as("memory is there")
          .isTrue();
      take(slot, object);
    }
  }

  void free(Cpu cpu, int slot) {
    long object = give(slot);
    if (object == 0) {
      return;
    }
    if (sheaves == null) {
      cache.free(cpu, object);
    } else {
      sheaves.free(cpu, object);
    }
    if (world.plant == Plant.WRITE_AFTER_FREE && cpu.id() == 1 && shape == Shape.SMALL) {
      memory.putLong(object + cache.geometry().offset(), 0xbad);
    }
  }

  /** Into the empty ones of a range of slots. */
  void allocBulk(Cpu cpu, int from, int count) {
    long[] out = new long[count];
    if (sheaves != null || !isEmpty(from, count)) {
      return;
    }
    int got = cache.allocBulk(cpu, Gfp.GFP_KERNEL | Gfp.NOWARN, count, out);
    assertThat(got == count || got == 0 && !world.enough()).as("all or none: %d", got).isTrue();
    for (int i = 0; i < got; i++) {
      take(from + i, out[i]);
    }
  }

  private boolean isEmpty(int from, int count) {
    for (int slot = from; slot < from + count; slot++) {
      if (objects[slot] != 0) {
        return false;
      }
    }
    return true;
  }

  /** What there is in a range of slots. */
  void freeBulk(Cpu cpu, int from, int count) {
    long[] given = new long[count];
    int n = 0;
    for (int slot = from; slot < from + count; slot++) {
      long object = give(slot);
      if (object != 0) {
        given[n++] = object;
      }
    }
    if (n == 0) {
      return;
    }
    if (sheaves == null) {
      cache.freeBulk(cpu, n, given);
    } else {
      for (int i = 0; i < n; i++) {
        sheaves.free(cpu, given[i]);
      }
    }
  }

  void shrink(Cpu cpu) {
    cache.shrink(cpu);
  }

  void recreate(Cpu cpu) {
    close(cpu);
    cache = create(cpu);
  }

  void close(Cpu cpu) {
    for (int slot = 0; slot < SLOTS; slot++) {
      free(cpu, slot);
    }
    DestroyResult result = world.stack.slub().destroy(cpu, cache);
    assertThat(result.objectsRemaining()).isZero();
    assertThat(result.errors()).isEmpty();
  }

  // ---- stamps ----

  private void take(int slot, long object) {
    if (object == 0) {
      return;
    }
    if (shape.constructed()) {
      assertThat(memory.getLong(object))
          .as("INV-SLUB-14: area of a constructed object")
          .isNotZero();
    }
    objects[slot] = object;
    stamps[slot] = world.nextStamp();
    memory.putLong(first(object), stamps[slot]);
    memory.putLong(last(object), stamps[slot]);
  }

  private long give(int slot) {
    long object = objects[slot];
    if (object != 0) {
      check(slot);
      objects[slot] = 0;
    }
    return object;
  }

  /** INV-SLUB-1: who shares an object, or a part of one, finds somebody else's stamp. */
  void check() {
    for (int slot = 0; slot < SLOTS; slot++) {
      if (objects[slot] != 0) {
        check(slot);
      }
    }
  }

  private void check(int slot) {
    if (memory.getLong(first(objects[slot])) != stamps[slot]
        || memory.getLong(last(objects[slot])) != stamps[slot]) {
      throw new IllegalStateException(
          "INV-SLUB-1: " + shape + "[" + slot + "] is not what its owner wrote");
    }
  }

  private long first(long object) {
    return shape.constructed() ? object + Long.BYTES : object;
  }

  private long last(long object) {
    return object + shape.bytes() - Long.BYTES;
  }
}
