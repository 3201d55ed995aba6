package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What a cache that was flushed and shrunk still holds. */
final class LeakReport {
  private LeakReport() {}

  static DestroyResult of(Cpu cpu, KmemCache cache) {
    List<SlabError> errors = new ArrayList<>();
    long slabs = 0;
    for (KmemCacheNode node : cache.nodes) {
      node.listLock.lockIrqsave(cpu);
      for (Slab slab = node.head; slab != null; slab = slab.next) {
        errors.add(
            new SlabError.ObjectsRemaining(cache.name(), slab.base, objectsInUse(cache, slab)));
      }
      node.listLock.unlockIrqrestore(cpu);
      slabs += node.nrSlabs.getAcquire(cpu);
    }
    errors.add(new SlabError.CacheStillHasObjects(cache.name(), slabs));
    return new DestroyResult(false, cache.stats().objectsInUse(), errors);
  }

  private static List<Long> objectsInUse(KmemCache cache, Slab slab) {
    BitSet free = new BitSet();
    int head = SlabWord.freelist(slab.word.peek());
    for (int index = head; index != SlabWord.NONE; index = cache.pointers.next(slab, index)) {
      free.set(index);
    }
    List<Long> inUse = new ArrayList<>();
    for (int i = free.nextClearBit(0); i < slab.objects(); i = free.nextClearBit(i + 1)) {
      inUse.add(cache.pointers.addressOf(slab, i));
    }
    return inUse;
  }
}
