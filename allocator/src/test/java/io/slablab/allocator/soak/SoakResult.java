package io.slablab.allocator.soak;

/**
 * What a run did.
 *
 * @param operations allocations and frees
 * @param remoteFrees objects freed by another worker than made them
 * @param shrinks of a shared cache or pool, while others used it
 * @param recreated caches destroyed and made anew, while others used other caches
 * @param verified times that everything was verified, the end included
 */
record SoakResult(
    long operations, long remoteFrees, long shrinks, long recreated, long verified, long ns) {

  SoakResult plus(SoakResult other) {
    return new SoakResult(
        operations + other.operations,
        remoteFrees + other.remoteFrees,
        shrinks + other.shrinks,
        recreated + other.recreated,
        verified + other.verified,
        ns + other.ns);
  }
}
