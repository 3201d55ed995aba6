package io.slablab.allocator.soak;

import io.slablab.allocator.pool.Variant;

/**
 * @param operations allocations and frees over all workers, at least
 * @param workers threads, each a CPU of its own
 * @param rests how often all stop and everything is verified
 */
record SoakConfig(Variant variant, long operations, int workers, int rests, long seed) {}
