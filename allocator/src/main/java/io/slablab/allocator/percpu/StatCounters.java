package io.slablab.allocator.percpu;

/** The figures of {@link PercpuStats}, kept under {@code pcpu_lock}. */
final class StatCounters {
  long nrAlloc;
  long nrDealloc;
  long nrMaxAlloc;
  int nrChunks;
  int nrMaxChunks;
  int minAllocSize;
  int maxAllocSize;
  long populatedPages;
  long liveBytes;

  /** Most live bytes, and most populated pages, since {@link #restartPeaks}. */
  long windowPeakBytes;

  long windowPeakPages;
  private long earlierPeakBytes;
  long invalidFrees;
  final SizeHistogram sizes = new SizeHistogram();

  void allocated(int bytes) {
    nrAlloc++;
    nrMaxAlloc = Math.max(nrMaxAlloc, nrAlloc - nrDealloc);
    minAllocSize = minAllocSize == 0 ? bytes : Math.min(minAllocSize, bytes);
    maxAllocSize = Math.max(maxAllocSize, bytes);
    liveBytes += bytes;
    windowPeakBytes = Math.max(windowPeakBytes, liveBytes);
    sizes.allocated(bytes);
  }

  void freed(int bytes) {
    nrDealloc++;
    liveBytes -= bytes;
    sizes.freed(bytes);
  }

  void populated(int pages) {
    populatedPages += pages;
    windowPeakPages = Math.max(windowPeakPages, populatedPages);
  }

  /** Most live bytes since the beginning. */
  long peakBytes() {
    return Math.max(earlierPeakBytes, windowPeakBytes);
  }

  /** The window's peaks begin at what is there now; those since the beginning go on. */
  void restartPeaks() {
    earlierPeakBytes = peakBytes();
    windowPeakBytes = liveBytes;
    windowPeakPages = populatedPages;
  }

  void chunkAdded() {
    nrChunks++;
    nrMaxChunks = Math.max(nrMaxChunks, nrChunks);
  }
}
