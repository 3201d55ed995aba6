package io.slablab.allocator.debug;

/** A defect that a feature found, or what it takes for one. */
public sealed interface DebugReport permits KasanReport, KmemleakReport, DebugObjectsReport {

  DebugFeature feature();

  /** The cache concerned; empty when none is. */
  String cache();

  /** The first line of what the kernel would print. */
  String text();
}
