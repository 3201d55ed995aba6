package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;

/**
 * The figures of a cache that may change while it is used. Read plainly by the slow paths: one that
 * still sees the old figure is as one that came a moment earlier.
 */
final class CacheTunables {
  private final boolean hasCpuPartial;
  private final int objectsPerSlab;

  /** Empty slabs a node keeps. */
  int minPartial;

  /** Objects a CPU may keep in partial slabs, and the same in slabs. */
  int cpuPartial;

  int cpuPartialSlabs;

  /** How often, in 1024, another node's partial slabs are tried; 0 for never. */
  int remoteNodeDefragRatio;

  CacheTunables(CacheGeometry geometry, SlubConfig config) {
    this.objectsPerSlab = geometry.objects();
    this.hasCpuPartial = geometry.cpuPartial() > 0;
    this.minPartial = geometry.minPartial();
    this.remoteNodeDefragRatio = config.remoteNodeDefragRatio();
    setCpuPartial(geometry.cpuPartial());
  }

  /** Whether CPUs keep partial slabs at all; not a tunable. */
  boolean hasCpuPartial() {
    return hasCpuPartial;
  }

  /** Whether other nodes' partial slabs are tried this time. */
  boolean triesOtherNodes(Cpu cpu) {
    return remoteNodeDefragRatio != 0 && (cpu.nextRandom() & 1023) <= remoteNodeDefragRatio;
  }

  /** Half full slabs on the average, so twice as many as would hold the objects. */
  void setCpuPartial(int objects) {
    cpuPartial = objects;
    cpuPartialSlabs = (int) ((2L * objects + objectsPerSlab - 1) / objectsPerSlab);
  }
}
