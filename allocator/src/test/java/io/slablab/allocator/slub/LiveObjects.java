package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Constructor and destructor that watch over their objects: a constructed object holds the
 * complement of its address, one that is destructed or never was holds nothing.
 */
final class LiveObjects {
  private final Memory memory;
  private final AtomicLong constructed = new AtomicLong();

  LiveObjects(Memory memory) {
    this.memory = memory;
  }

  KmemCacheArgs args() {
    return KmemCacheArgs.NONE.withCtor(this::construct).withDtor(this::destruct);
  }

  /** The same for whole slabs at a time. */
  KmemCacheArgs batchArgs() {
    return KmemCacheArgs.NONE.withBatch(
        new SlabLifeCycle() {
          @Override
          public int constructMany(Cpu cpu, SlabIter batch, int gfp) {
            for (int i = 0; i < batch.count(); i++) {
              construct(cpu, batch.object(i), gfp);
            }
            return batch.count();
          }

          @Override
          public void destructMany(Cpu cpu, SlabIter batch) {
            for (int i = 0; i < batch.count(); i++) {
              destruct(cpu, batch.object(i));
            }
          }
        });
  }

  long constructed() {
    return constructed.get();
  }

  boolean isConstructed(long object) {
    return memory.getLong(object) == ~object;
  }

  private int construct(Cpu cpu, long object, int gfp) {
    check(!isConstructed(object), "constructed twice");
    check(!cpu.irqsOff(), "constructed under a spin lock");
    memory.putLong(object, ~object);
    constructed.incrementAndGet();
    return 0;
  }

  private void destruct(Cpu cpu, long object) {
    check(isConstructed(object), "INV-SLUB-10: destructed twice, or in use");
    check(!cpu.irqsOff(), "INV-SLUB-8: destructed under a spin lock");
    memory.putLong(object, 0);
    constructed.decrementAndGet();
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }
}
