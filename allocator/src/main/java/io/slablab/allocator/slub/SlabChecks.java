package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import java.util.BitSet;

/**
 * Checks of whole slabs of a debugged cache: freelists, counts, padding. What is wrong is reported
 * and repaired, so that it is reported once.
 *
 * <p>Threads: under list_lock of the slab's node.
 */
final class SlabChecks {
  private static final int NONE = SlabWord.NONE;

  private final KmemCache cache;
  private final FreePointers pointers;
  private final ObjectBytes bytes;
  private final SlabLog log;

  SlabChecks(KmemCache cache, ObjectBytes bytes) {
    this.cache = cache;
    this.pointers = cache.pointers;
    this.bytes = bytes;
    this.log = cache.slub.log();
  }

  /** Every slab of the cache, and the lengths of the lists. */
  void validate(Cpu cpu) {
    for (int id = 0; id < cache.nodes.length; id++) {
      KmemCacheNode node = cache.nodes[id];
      node.listLock.lockIrqsave(cpu);
      try {
        validateNode(cpu, node, id);
      } finally {
        node.listLock.unlockIrqrestore(cpu);
      }
    }
  }

  private void validateNode(Cpu cpu, KmemCacheNode node, int id) {
    long partial = 0;
    for (Slab slab = node.head; slab != null; slab = slab.next) {
      validateSlab(cpu, slab);
      partial++;
    }
    compare(cpu, id, "partial", node.nrPartial, partial);
    long all = partial + node.nrCorrupted;
    for (Slab slab = node.full; slab != null; slab = slab.next) {
      validateSlab(cpu, slab);
      all++;
    }
    compare(cpu, id, "full", node.nrSlabs.getAcquire(cpu) - partial, all - partial);
  }

  private void compare(Cpu cpu, int node, String list, long counter, long counted) {
    if (counter != counted) {
      log.add(cpu, new SlabError.WrongListCount(cache.name(), node, list, counter, counted));
    }
  }

  private void validateSlab(Cpu cpu, Slab slab) {
    bytes.checkSlabPadding(cpu, slab);
    BitSet free = walk(cpu, slab);
    for (int index = 0; index < slab.objects(); index++) {
      bytes.check(cpu, slab, pointers.addressOf(slab, index), !free.get(index));
    }
  }

  /** What can be said of a slab without looking at its objects. */
  boolean isSound(Cpu cpu, Slab slab) {
    return bytes.checkSlabPadding(cpu, slab);
  }

  /** Whether an object is on the slab's freelist, which is checked on the way. */
  boolean isFree(Cpu cpu, Slab slab, int index) {
    return walk(cpu, slab).get(index);
  }

  /**
   * Follows the freelist. One that breaks off ends there, and the objects behind count as in use
   * from then on: they leak, which is better than to hand out what somebody writes to.
   *
   * @return the objects on it
   */
  private BitSet walk(Cpu cpu, Slab slab) {
    BitSet free = new BitSet();
    int index = SlabWord.freelist(slab.word.getAcquire(cpu));
    while (index != NONE) {
      free.set(index);
      int next = pointers.nextIfValid(slab, index);
      if (next == FreePointers.CORRUPT || (next != NONE && free.get(next))) {
        long object = pointers.addressOf(slab, index);
        log.add(cpu, new SlabError.FreeChainCorrupt(cache.name(), slab.base, object));
        pointers.setNext(slab, index, NONE);
        next = NONE;
      }
      index = next;
    }
    adjustCount(cpu, slab, slab.objects() - free.cardinality());
    return free;
  }

  private void adjustCount(Cpu cpu, Slab slab, int counted) {
    long word = slab.word.getAcquire(cpu);
    int counter = SlabWord.inuse(word);
    if (counter == counted) {
      return;
    }
    log.add(cpu, new SlabError.WrongObjectCount(cache.name(), slab.base, counter, counted));
    int head = SlabWord.freelist(word);
    slab.word.setRelease(
        cpu, SlabWord.of(head, counted, slab.objects(), SlabWord.frozen(word), word));
    bytes.repaired(cpu, "count of objects adjusted", slab.base);
  }

  /**
   * Before an empty slab is given back: the last chance to see what was done to free objects. Its
   * freelist holds all objects afterwards, as their destructors need it.
   */
  void checkEmpty(Cpu cpu, Slab slab) {
    boolean whole = walk(cpu, slab).cardinality() == slab.objects();
    bytes.checkSlabPadding(cpu, slab);
    for (int index = 0; index < slab.objects(); index++) {
      bytes.check(cpu, slab, pointers.addressOf(slab, index), false);
    }
    if (!whole) {
      relink(cpu, slab);
    }
  }

  private void relink(Cpu cpu, Slab slab) {
    int head = NONE;
    for (int index = slab.objects() - 1; index >= 0; index--) {
      pointers.setNext(slab, index, head);
      head = index;
    }
    long word = slab.word.getAcquire(cpu);
    slab.word.setRelease(cpu, SlabWord.of(head, 0, slab.objects(), false, word));
  }
}
