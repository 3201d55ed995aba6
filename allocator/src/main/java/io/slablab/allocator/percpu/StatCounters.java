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
  long peakBytes;
  long invalidFrees;
  final SizeHistogram sizes = new SizeHistogram();

  void allocated(int bytes) {
    nrAlloc++;
    nrMaxAlloc = Math.max(nrMaxAlloc, nrAlloc - nrDealloc);
    minAllocSize = minAllocSize == 0 ? bytes : Math.min(minAllocSize, bytes);
    maxAllocSize = Math.max(maxAllocSize, bytes);
    liveBytes += bytes;
    peakBytes = Math.max(peakBytes, liveBytes);
    sizes.allocated(bytes);
  }

  void freed(int bytes) {
    nrDealloc++;
    liveBytes -= bytes;
    sizes.freed(bytes);
  }

  void chunkAdded() {
    nrChunks++;
    nrMaxChunks = Math.max(nrMaxChunks, nrChunks);
  }
}
