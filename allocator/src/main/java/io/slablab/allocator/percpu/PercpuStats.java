package io.slablab.allocator.percpu;

import io.slablab.allocator.page.PageAllocator;
import java.util.List;

/**
 * The percpu allocator at rest; names as in the kernel's percpu_stats where it has one. Sizes are
 * bytes per unit unless they say otherwise.
 *
 * @param unitSize length of a unit
 * @param possibleCpus units in use per chunk
 * @param nrAlloc areas handed out
 * @param nrDealloc areas given back
 * @param nrMaxAlloc most areas at a time
 * @param nrChunks chunks now
 * @param nrMaxChunks most chunks at a time
 * @param minAllocSize smallest request, 0 before the first
 * @param maxAllocSize largest request
 * @param emptyPopPages populated pages without an area
 * @param populatedPages of all chunks but the first, pages of a unit
 * @param liveBytes in areas now
 * @param peakBytes most bytes in areas at a time
 * @param failures allocations that returned nothing
 * @param invalidFrees frees of what was no area
 * @param sizes areas by size, smallest first
 */
public record PercpuStats(
    int unitSize,
    int possibleCpus,
    long nrAlloc,
    long nrDealloc,
    long nrMaxAlloc,
    int nrChunks,
    int nrMaxChunks,
    int minAllocSize,
    int maxAllocSize,
    int emptyPopPages,
    long populatedPages,
    long liveBytes,
    long peakBytes,
    long failures,
    long invalidFrees,
    List<SizeBucket> sizes) {

  /**
   * Areas of more than half of {@code bytes} and up to it.
   *
   * @param bytes a power of two from 4 to 32 KiB
   * @param count handed out
   * @param live in use now
   */
  public record SizeBucket(int bytes, long count, long live) {}

  public long nrCurAlloc() {
    return nrAlloc - nrDealloc;
  }

  /** Bytes in areas now, over all possible CPUs. */
  public long liveBytesAllCpus() {
    return liveBytes * possibleCpus;
  }

  /** Bytes of the pages that back chunks but the first one, over all possible CPUs. */
  public long populatedBytesAllCpus() {
    return populatedPages * possibleCpus * PageAllocator.PAGE_BYTES;
  }

  /** Most bytes in areas at a time, over all possible CPUs. */
  public long peakBytesAllCpus() {
    return peakBytes * possibleCpus;
  }
}
