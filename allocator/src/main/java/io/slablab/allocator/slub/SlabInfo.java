package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The text of {@code /proc/slabinfo}, version 2.1: two header lines, then a row for each cache,
 * newest first.
 *
 * <p>active_objs = total objects - free objects on nodes' partial lists: what CPUs keep for
 * themselves counts as active. Called under slab_mutex; takes each node's list_lock in turn.
 */
final class SlabInfo {
  private static final String HEADER =
      """
      slabinfo - version: 2.1
      # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> \
      : tunables <limit> <batchcount> <sharedfactor> \
      : slabdata <active_slabs> <num_slabs> <sharedavail>
      """;
  private static final String ROW =
      "%-17s %6d %6d %6d %4d %4d : tunables %4d %4d %4d : slabdata %6d %6d %6d\n";

  /** Slabs a node's list may have for its free objects to be counted one by one. */
  private static final int MAX_COUNTED = 10_000;

  private SlabInfo() {}

  /**
   * @param caches oldest first
   */
  static String text(Cpu cpu, List<KmemCache> caches) {
    StringBuilder text = new StringBuilder(HEADER);
    for (KmemCache cache : caches.reversed()) {
      text.append(row(cpu, cache));
    }
    return text.toString();
  }

  private static String row(Cpu cpu, KmemCache cache) {
    long slabs = 0;
    long objects = 0;
    long free = 0;
    for (KmemCacheNode node : cache.nodes) {
      slabs += node.nrSlabs.peek();
      objects += node.totalObjects.peek();
      free += freeOnPartial(cpu, node);
    }
    CacheGeometry geometry = cache.geometry;
    return String.format(
        Locale.ROOT,
        ROW,
        cache.name(),
        objects - free,
        objects,
        geometry.size(),
        geometry.objects(),
        1 << geometry.order(),
        0,
        0,
        0,
        slabs,
        slabs,
        0);
  }

  static long freeOnPartial(Cpu cpu, KmemCacheNode node) {
    node.listLock.lockIrqsave(cpu);
    try {
      return freeOnList(node);
    } finally {
      node.listLock.unlockIrqrestore(cpu);
    }
  }

  /** Under list_lock, or at rest. */
  static long freeOnList(KmemCacheNode node) {
    return node.nrPartial <= MAX_COUNTED ? freeForward(node.head, node.nrPartial) : estimate(node);
  }

  /** From half the limit at each end, because empty and full slabs gather at the ends. */
  private static long estimate(KmemCacheNode node) {
    int half = MAX_COUNTED / 2;
    long counted = freeForward(node.head, half);
    Slab slab = node.tail;
    for (int i = 0; i < half && slab != null; i++, slab = slab.prev) {
      counted += freeOf(slab);
    }
    return counted * node.nrPartial / MAX_COUNTED;
  }

  private static long freeForward(@Nullable Slab from, int slabs) {
    long free = 0;
    Slab slab = from;
    for (int i = 0; i < slabs && slab != null; i++, slab = slab.next) {
      free += freeOf(slab);
    }
    return free;
  }

  private static int freeOf(Slab slab) {
    return slab.objects() - SlabWord.inuse(slab.word.peek());
  }
}
