package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;

/**
 * Holds the faults asked for. The field is volatile: who runs a CPU sees what a test set before.
 */
final class FaultPoint {
  private volatile PercpuFaults faults = PercpuFaults.NONE;

  void set(PercpuFaults wanted) {
    faults = wanted;
  }

  boolean createChunk(Cpu cpu, int gfp) {
    return faults.createChunk(cpu, gfp);
  }

  boolean allocChunkPages(Cpu cpu, int order, int gfp) {
    return faults.allocChunkPages(cpu, order, gfp);
  }

  boolean populatePage(Cpu cpu, int page, int unitCpu, int gfp) {
    return faults.populatePage(cpu, page, unitCpu, gfp);
  }
}
