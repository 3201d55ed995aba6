package io.slablab.allocator.slub;

/**
 * An allocation or free of a cache with {@link SlabFlags#TRACE}.
 *
 * @param cache name
 * @param object address
 * @param alloc whether it was handed out; else it came back
 * @param cpu where
 * @param inuse objects of its slab in use, before
 */
public record SlabTrace(String cache, long object, boolean alloc, int cpu, int inuse) {}
