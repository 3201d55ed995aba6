package io.slablab.allocator.slub;

/**
 * What slabs take.
 *
 * @param pages of 4 KiB
 * @param objects that these pages hold, in use or not
 */
public record SlabUse(long pages, long objects) {}
