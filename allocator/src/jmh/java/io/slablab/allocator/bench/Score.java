package io.slablab.allocator.bench;

/**
 * One run of one row.
 *
 * @param opsPerUs operations per microsecond, all threads together
 * @param heapBytesPerOp Java heap allocated per operation
 */
record Score(double opsPerUs, double heapBytesPerOp) {

  static Score ofNs(double nsPerOp) {
    return new Score(1e3 / nsPerOp, 0);
  }
}
