package io.slablab.allocator.pool;

import io.slablab.allocator.slub.PersistentRange;
import org.jspecify.annotations.Nullable;

/**
 * The slab cache an object type lives in.
 *
 * @param name as in {@code /proc/slabinfo}
 * @param bytes size of an object
 * @param align 0 for none, else a power of two
 * @param hwcacheAlign whether objects start on their own cache line
 * @param userBytes size of the window that may be copied to user space; a cache that has one never
 *     becomes an alias
 * @param account whether objects are charged to the user's memory group
 * @param persistent links of lists that objects are on, or null: others use them in a free object
 *     too where the cache constructs
 */
public record CacheSpec(
    String name,
    int bytes,
    int align,
    boolean hwcacheAlign,
    int userBytes,
    boolean account,
    @Nullable PersistentRange persistent) {

  /** Nobody but its user touches an object. */
  public CacheSpec(
      String name, int bytes, int align, boolean hwcacheAlign, int userBytes, boolean account) {
    this(name, bytes, align, hwcacheAlign, userBytes, account, null);
  }
}
