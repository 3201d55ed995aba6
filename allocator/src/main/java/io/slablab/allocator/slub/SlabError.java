package io.slablab.allocator.slub;

import java.util.List;

/** A defect of a cache's user that the cache can show. */
public sealed interface SlabError {

  /** Name of the cache. */
  String cache();

  /**
   * A slab of a destroyed cache has objects in use. Full slabs are on no list, and so are not
   * found.
   *
   * @param slab address of its first page
   * @param objects addresses in use, ascending
   */
  record ObjectsRemaining(String cache, long slab, List<Long> objects) implements SlabError {
    public ObjectsRemaining {
      objects = List.copyOf(objects);
    }
  }

  /**
   * A destroyed cache keeps slabs.
   *
   * @param slabs how many, full ones included
   */
  record CacheStillHasObjects(String cache, long slabs) implements SlabError {}
}
