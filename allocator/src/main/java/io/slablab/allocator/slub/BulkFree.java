package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;

/** Frees arrays of objects: a chain per slab, found with a short look-ahead. */
final class BulkFree {
  private static final int LOOK_AHEAD = 3;

  private BulkFree() {}

  /** Zeroes the entries it has freed, from the end. */
  static void free(KmemCache cache, Cpu cpu, int n, long[] objects) {
    cpu.charge(Cost.SLUB_BULK, n);
    int left = n;
    while (left > 0) {
      left = lastSlab(cache, cpu, left, objects);
    }
  }

  /**
   * Frees the last object and those of its slab near it; the others need not be of this cache.
   *
   * @return how many entries are left
   */
  static int lastSlab(KmemCache cache, Cpu cpu, int n, long[] objects) {
    int i = n - 1;
    Slab slab = cache.slabOfObject(objects[i]);
    int tail = cache.pointers.checkedIndex(slab, objects[i]);
    int head = tail;
    objects[i] = 0;
    int count = 1;
    int misses = 0;
    int left = i;
    while (--i >= 0 && misses < LOOK_AHEAD) {
      if (objects[i] == 0) {
        continue;
      }
      if (cache.slub.table().of(objects[i]) == slab) {
        int index = cache.pointers.checkedIndex(slab, objects[i]);
        cache.pointers.setNext(slab, index, head);
        head = index;
        objects[i] = 0;
        count++;
      } else {
        misses++;
      }
    }
    cache.entry.freeChain(cpu, slab, head, tail, count);
    while (left > 0 && objects[left - 1] == 0) {
      left--;
    }
    return left;
  }
}
