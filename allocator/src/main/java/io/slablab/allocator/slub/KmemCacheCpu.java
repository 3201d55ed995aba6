package io.slablab.allocator.slub;

/**
 * What one CPU keeps of one cache, with unused lines on both sides.
 *
 * <p>Three classes, since HotSpot orders the fields of one class by size, whatever their order in
 * the source: padding keeps its place only when it is a class of its own.
 */
final class KmemCacheCpu extends KmemCacheCpuFields {
  @SuppressWarnings("unused")
  private long after0, after1, after2, after3, after4, after5, after6, after7;
  @SuppressWarnings("unused")
  private long after8, after9, after10, after11, after12, after13, after14, after15;

  KmemCacheCpu(int cpu, int cpus) {
    super(cpu, cpus);
  }
}
