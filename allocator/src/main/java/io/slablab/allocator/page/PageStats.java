package io.slablab.allocator.page;

/**
 * @param managedPages all pages of all nodes
 * @param freePages in buddy lists
 * @param perCpuPages in per-CPU lists
 * @param allocs blocks handed out
 * @param frees blocks given back
 * @param pgalloc the same in pages, as the kernel counts
 * @param pgfree likewise
 * @param failures allocations that returned nothing
 * @param stalls blocking allocations that found every zone at its mark; the kernel's allocstall
 * @param slabReclaimableBytes in slabs of caches with {@code SLAB_RECLAIM_ACCOUNT}; the kernel's
 *     NR_SLAB_RECLAIMABLE_B
 * @param slabUnreclaimableBytes in all other slabs
 */
public record PageStats(
    long managedPages,
    long freePages,
    long perCpuPages,
    long allocs,
    long frees,
    long pgalloc,
    long pgfree,
    long failures,
    long stalls,
    long slabReclaimableBytes,
    long slabUnreclaimableBytes) {

  /** Pages in users' hands. */
  public long allocatedPages() {
    return managedPages - freePages - perCpuPages;
  }
}
