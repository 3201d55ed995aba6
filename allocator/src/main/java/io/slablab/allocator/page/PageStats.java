package io.slablab.allocator.page;

/**
 * @param managedPages all pages of all nodes
 * @param freePages in buddy lists
 * @param perCpuPages in per-CPU lists
 * @param allocs blocks handed out
 * @param frees blocks given back
 * @param failures allocations that returned nothing
 * @param stalls blocking allocations that found every zone at its mark; the kernel's allocstall
 */
public record PageStats(
    long managedPages,
    long freePages,
    long perCpuPages,
    long allocs,
    long frees,
    long failures,
    long stalls) {

  /** Pages in users' hands. */
  public long allocatedPages() {
    return managedPages - freePages - perCpuPages;
  }
}
