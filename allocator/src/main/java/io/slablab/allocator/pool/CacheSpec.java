package io.slablab.allocator.pool;

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
 */
public record CacheSpec(
    String name, int bytes, int align, boolean hwcacheAlign, int userBytes, boolean account) {}
