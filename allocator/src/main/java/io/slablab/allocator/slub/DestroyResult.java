package io.slablab.allocator.slub;

/**
 * What became of a cache.
 *
 * @param destroyed whether it is gone and all its pages are back; false also when aliases keep it
 * @param objectsRemaining objects still in users' hands; their slabs leak
 */
public record DestroyResult(boolean destroyed, long objectsRemaining) {}
