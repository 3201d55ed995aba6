package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells of allocations that failed because no slab could be made, unless they asked for silence;
 * {@link #BURST} in five seconds at most, of all caches together.
 *
 * <pre>
 *   recent = number of the five seconds &lt;&lt; 16 | reports in them
 * </pre>
 */
final class OutOfMemoryReports {
  static final int BURST = 10;

  private static final long INTERVAL_NS = 5_000_000_000L;
  private static final int SHIFT = 16;
  private static final int MASK = (1 << SHIFT) - 1;

  private final Machine machine;
  private final SlabLog log;
  private final Word recent;

  OutOfMemoryReports(Machine machine, SlabLog log) {
    this.machine = machine;
    this.log = log;
    this.recent = machine.word(machine.line("slub_oom_rs"), 0);
  }

  /** No list_lock is held: each node's is taken in turn. */
  void report(Cpu cpu, KmemCache cache, int gfp, int node) {
    if ((gfp & Gfp.NOWARN) != 0 || !admits(cpu)) {
      return;
    }
    CacheGeometry geometry = cache.geometry;
    log.warn(
        cpu,
        new SlabWarning.OutOfMemory(
            cache.name(),
            cpu.id(),
            node,
            gfp,
            cache.objectSize,
            geometry.size(),
            geometry.order(),
            geometry.minOrder(),
            nodes(cpu, cache)));
  }

  private static List<SlabWarning.NodeSlabs> nodes(Cpu cpu, KmemCache cache) {
    List<SlabWarning.NodeSlabs> nodes = new ArrayList<>();
    for (int id = 0; id < cache.nodes.length; id++) {
      KmemCacheNode node = cache.nodes[id];
      nodes.add(
          new SlabWarning.NodeSlabs(
              id,
              node.nrSlabs.peek(),
              node.totalObjects.peek(),
              SlabInfo.freeOnPartial(cpu, node)));
    }
    return nodes;
  }

  /** By compare-exchange, so that of two CPUs at the limit one is told no. */
  private boolean admits(Cpu cpu) {
    long interval = Math.floorDiv(machine.nowNs(), INTERVAL_NS);
    while (true) {
      long seen = recent.getAcquire(cpu);
      long next = seen >> SHIFT == interval ? seen + 1 : (interval << SHIFT) + 1;
      if ((next & MASK) > BURST) {
        return false;
      }
      if (recent.compareAndSet(cpu, seen, next)) {
        return true;
      }
    }
  }
}
