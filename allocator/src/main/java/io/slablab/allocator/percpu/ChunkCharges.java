package io.slablab.allocator.percpu;

import io.slablab.allocator.memcg.ObjCgroup;
import org.jspecify.annotations.Nullable;

/**
 * Who is charged for each area of a chunk; the kernel's obj_exts. An entry belongs to whoever has
 * the area.
 *
 * <p>A page's entries are made at its first charge and installed under {@code pcpu_lock}. They are
 * looked up without: a lookup that misses them sees none and asks under the lock, one that sees
 * them sees nulls or its own entry.
 */
final class ChunkCharges {
  private final @Nullable ObjCgroup[] @Nullable [] ofPage;

  ChunkCharges(int pages) {
    this.ofPage = new ObjCgroup[pages][];
  }

  @Nullable ObjCgroup get(int area) {
    @Nullable ObjCgroup[] page = ofPage[area / AreaMap.BLOCK_BITS];
    return page == null ? null : page[area % AreaMap.BLOCK_BITS];
  }

  /** Returns who was charged, and forgets it. */
  @Nullable ObjCgroup take(int area) {
    @Nullable ObjCgroup[] page = ofPage[area / AreaMap.BLOCK_BITS];
    if (page == null) {
      return null;
    }
    ObjCgroup group = page[area % AreaMap.BLOCK_BITS];
    if (group != null) {
      page[area % AreaMap.BLOCK_BITS] = null;
    }
    return group;
  }

  /** Returns false when the page has no entries yet. */
  boolean set(int area, ObjCgroup group) {
    @Nullable ObjCgroup[] page = ofPage[area / AreaMap.BLOCK_BITS];
    if (page == null) {
      return false;
    }
    page[area % AreaMap.BLOCK_BITS] = group;
    return true;
  }

  /** Entries for a page; another CPU's stay if it was faster. Under {@code pcpu_lock}. */
  void install(int area, @Nullable ObjCgroup[] entries) {
    if (ofPage[area / AreaMap.BLOCK_BITS] == null) {
      ofPage[area / AreaMap.BLOCK_BITS] = entries;
    }
  }

  static @Nullable ObjCgroup[] newEntries() {
    return new ObjCgroup[AreaMap.BLOCK_BITS];
  }
}
