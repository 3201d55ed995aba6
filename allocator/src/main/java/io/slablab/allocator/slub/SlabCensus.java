package io.slablab.allocator.slub;

/** Counts a cache's slabs by walking all page frames: for statistics and checks at rest. */
record SlabCensus(
    long slabs,
    long objects,
    long freeObjects,
    long cpuSlabs,
    long cpuPartialSlabs,
    long nodePartialSlabs,
    long pages) {

  static SlabCensus of(KmemCache cache) {
    long slabs = 0;
    long objects = 0;
    long free = 0;
    long pages = 0;
    for (Slab slab : cache.slub.table().slabsOf(cache)) {
      slabs++;
      objects += slab.objects();
      free += slab.objects() - SlabWord.inuse(slab.word.peek());
      pages += 1L << slab.order;
    }
    long cpuSlabs = 0;
    long cpuPartial = 0;
    for (KmemCacheCpu c : cache.cpus) {
      if (c.slab != null) {
        cpuSlabs++;
        for (int i = c.freelist; i != SlabWord.NONE; i = cache.pointers.next(c.slab, i)) {
          free++;
        }
      }
      cpuPartial += c.partial == null ? 0 : c.partial.depth;
    }
    long nodePartial = 0;
    for (KmemCacheNode node : cache.nodes) {
      nodePartial += node.nrPartial;
    }
    return new SlabCensus(slabs, objects, free, cpuSlabs, cpuPartial, nodePartial, pages);
  }
}
