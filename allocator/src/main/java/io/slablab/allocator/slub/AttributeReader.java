package io.slablab.allocator.slub;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Reads the attributes of one cache at rest. */
final class AttributeReader {
  private final KmemCache cache;
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private final Map<String, Map<String, Long>> parts = new TreeMap<>();

  private AttributeReader(KmemCache cache) {
    this.cache = cache;
  }

  static SlabAttributes read(KmemCache cache) {
    return new AttributeReader(cache).all();
  }

  private SlabAttributes all() {
    sizes();
    flags();
    slabs();
    for (Stat stat : Stat.values()) {
      byCpu(stat.id(), c -> c.value(stat));
    }
    Map<String, String> symbols = new LinkedHashMap<>();
    KmemCacheArgs args = cache.args();
    symbols.put("ctor", symbol(args.batch() == null ? args.ctor() : args.batch()));
    symbols.put("dtor", symbol(args.batch() == null ? args.dtor() : args.batch()));
    boolean alone = !CacheCreation.mergeable(args);
    return new SlabAttributes(
        cache.name(),
        alone ? cache.name() : uniqueId(cache),
        alone ? List.of() : List.copyOf(cache.names),
        figures,
        parts,
        symbols);
  }

  private void sizes() {
    CacheGeometry geometry = cache.geometry();
    CacheTunables tunables = cache.tunables;
    figures.put("slab_size", (long) geometry.size());
    figures.put("object_size", (long) cache.objectSize);
    figures.put("objs_per_slab", (long) geometry.objects());
    figures.put("order", (long) geometry.order());
    figures.put("align", (long) geometry.align());
    figures.put("min_partial", (long) tunables.minPartial);
    figures.put("cpu_partial", (long) tunables.cpuPartial);
    figures.put("remote_node_defrag_ratio", tunables.remoteNodeDefragRatio / 10L);
    figures.put("aliases", cache.refcount - 1L);
    figures.put("usersize", (long) cache.args().usersize());
    Sheaves sheaves = cache.sheaves;
    if (sheaves != null) {
      figures.put("sheaf_capacity", (long) sheaves.capacity());
    }
  }

  private void flags() {
    flag("hwcache_align", SlabFlags.HWCACHE_ALIGN);
    flag("reclaim_account", SlabFlags.RECLAIM_ACCOUNT);
    flag("destroy_by_rcu", SlabFlags.TYPESAFE_BY_RCU);
    flag("sanity_checks", SlabFlags.CONSISTENCY_CHECKS);
    flag("cache_dma", SlabFlags.CACHE_DMA);
    flag("trace", SlabFlags.TRACE);
    flag("red_zone", SlabFlags.RED_ZONE);
    flag("poison", SlabFlags.POISON);
    flag("store_user", SlabFlags.STORE_USER);
    flag("failslab", SlabFlags.FAILSLAB);
    flag("skip_kfence", SlabFlags.SKIP_KFENCE);
  }

  private void flag(String file, int flag) {
    figures.put(file, (cache.flags() & flag) == 0 ? 0L : 1L);
  }

  private void slabs() {
    long[] ofCpus = new long[cache.nodes.length];
    for (KmemCacheCpu c : cache.cpus) {
      if (c.slab != null) {
        ofCpus[c.slab.node]++;
      }
      for (Slab slab = c.partial; slab != null; slab = slab.below) {
        ofCpus[slab.node]++;
      }
    }
    byNode("partial", node -> cache.nodes[node].nrPartial);
    byNode("objects_partial", node -> inUse(cache.nodes[node]));
    byNode("cpu_slabs", node -> ofCpus[node]);
    byNode("slabs", node -> cache.nodes[node].nrSlabs.peek());
    byNode(
        "objects",
        node -> cache.nodes[node].totalObjects.peek() - SlabInfo.freeOnList(cache.nodes[node]));
    byNode("total_objects", node -> cache.nodes[node].totalObjects.peek());
    byCpu(SlabAttributes.SLABS_CPU_PARTIAL, c -> c.partial == null ? 0 : c.partial.depth);
  }

  private static long inUse(KmemCacheNode node) {
    long inUse = 0;
    for (Slab slab = node.head; slab != null; slab = slab.next) {
      inUse += SlabWord.inuse(slab.word.peek());
    }
    return inUse;
  }

  private interface OfNode {
    long of(int node);
  }

  private void byNode(String file, OfNode figure) {
    Map<String, Long> byNode = new LinkedHashMap<>();
    for (int node = 0; node < cache.nodes.length; node++) {
      byNode.put("N" + node, figure.of(node));
    }
    put(file, byNode);
  }

  private void byCpu(String file, ToLongFunction<KmemCacheCpu> figure) {
    Map<String, Long> byCpu = new LinkedHashMap<>();
    for (int cpu = 0; cpu < cache.cpus.length; cpu++) {
      byCpu.put("C" + cpu, figure.applyAsLong(cache.cpus[cpu]));
    }
    put(file, byCpu);
  }

  private void put(String file, Map<String, Long> all) {
    figures.put(file, all.values().stream().mapToLong(Long::longValue).sum());
    all.values().removeIf(value -> value == 0);
    if (!all.isEmpty()) {
      parts.put(file, all);
    }
  }

  /** The class that a constructor was written in; the name of a lambda says no more. */
  private static String symbol(@Nullable Object function) {
    return function == null ? "" : function.getClass().getName().replaceFirst("\\$\\$Lambda.*", "");
  }

  private static String letter(KmemCache cache, int flag, String letter) {
    return (cache.flags() & flag) == 0 ? "" : letter;
  }

  /** Letters of what keeps caches apart, then the stride in seven digits. */
  static String uniqueId(KmemCache cache) {
    String letters =
        letter(cache, SlabFlags.CACHE_DMA, "d")
            + letter(cache, SlabFlags.CACHE_DMA32, "D")
            + letter(cache, SlabFlags.RECLAIM_ACCOUNT, "a")
            + letter(cache, SlabFlags.CONSISTENCY_CHECKS, "F")
            + letter(cache, SlabFlags.ACCOUNT, "A");
    String size = String.format(java.util.Locale.ROOT, "%07d", cache.geometry().size());
    return ":" + letters + (letters.isEmpty() ? "" : "-") + size;
  }
}
