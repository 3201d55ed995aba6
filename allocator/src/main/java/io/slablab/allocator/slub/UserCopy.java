package io.slablab.allocator.slub;

/**
 * What of an object may be copied to or from user space: the window that its cache was given.
 *
 * <p>A cache without window has no byte that may be. One with a window is never merged: an object
 * of another cache would become copyable by it. What is on no slab may be copied.
 */
final class UserCopy {
  private UserCopy() {}

  /**
   * @param bytes from {@code address} on
   * @throws IllegalArgumentException naming cache, offset and window
   */
  static void check(Slub slub, long address, long bytes) {
    Slab slab = slub.table().of(address);
    KmemCache cache = slab == null ? null : slab.cache;
    if (slab == null || cache == null) {
      return;
    }
    CacheGeometry geometry = cache.geometry;
    long inSlab = address - slab.base;
    long offset = inSlab % geometry.size() - geometry.redLeftPad();
    boolean anObject = inSlab / geometry.size() < slab.objects() && offset >= 0;
    if (!anObject || !inWindow(cache.args, offset, bytes)) {
      throw new IllegalArgumentException(
          "only the user window of an object may be copied: cache="
              + cache.name()
              + " offset="
              + offset
              + " bytes="
              + bytes
              + " useroffset="
              + cache.args.useroffset()
              + " usersize="
              + cache.args.usersize());
    }
  }

  private static boolean inWindow(KmemCacheArgs args, long offset, long bytes) {
    long inside = offset - args.useroffset();
    return bytes >= 0
        && inside >= 0
        && inside <= args.usersize()
        && bytes <= args.usersize() - inside;
  }
}
