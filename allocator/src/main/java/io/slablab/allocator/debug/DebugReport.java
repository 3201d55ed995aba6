package io.slablab.allocator.debug;

/** A defect that a feature found, or what it takes for one. */
public sealed interface DebugReport
    permits SlubDebugReport, KasanReport, KmemleakReport, DebugObjectsReport, KfenceReport {

  DebugFeature feature();

  /** The cache concerned; empty when none is. */
  String cache();

  /** What is wrong, in the feature's words. */
  String kindName();

  /** The first line of what the kernel would print. */
  String text();
}
