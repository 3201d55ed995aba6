package io.slablab.allocator.percpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A percpu allocator on a small machine, entered as CPU 0. */
final class PercpuFixture implements AutoCloseable {
  final Machine machine;
  final PageAllocator pages;
  final Percpu percpu;
  final Cpu cpu;

  private PercpuFixture(int cpus, int nodes, PercpuConfig config) {
    machine = CheckedMachines.of(HostConfig.uniform(cpus, nodes));
    pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));
    percpu = new Percpu(machine, pages, config);
    cpu = machine.enter(0);
  }

  /** 8 CPUs of a node: units of 256 KiB, 64 pages. */
  static PercpuFixture smallUnits(PercpuConfig config) {
    return new PercpuFixture(8, 1, config);
  }

  static PercpuFixture of(int cpus, int nodes, PercpuConfig config) {
    return new PercpuFixture(cpus, nodes, config);
  }

  /** So many areas, each of them had. */
  List<Long> areas(int n, int bytes) {
    List<Long> areas = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      areas.add(percpu.alloc(cpu, bytes, 4, Gfp.GFP_KERNEL));
    }
    assertThat(areas).doesNotContain(0L);
    return areas;
  }

  /** Fills the first chunk, so that what follows comes from chunks that can go. */
  List<Long> fillFirstChunk() {
    return areas(7, 4096);
  }

  long acquired(String lock) {
    return machine.lockStats().stream()
        .filter(stats -> stats.name().equals(lock))
        .mapToLong(LockStats::acquired)
        .sum();
  }

  /** The invariants, and that no page is lost. */
  void verify() {
    percpu.verify();
    pages.drainAll(cpu);
    pages.verify(percpu.backingPages());
  }

  /** Values of a name in the statistics text, in order. */
  List<Long> inText(String name) {
    return Pattern.compile("^  " + name + " *: +(-?\\d+)$", Pattern.MULTILINE)
        .matcher(percpu.statsText(cpu))
        .results()
        .map(match -> Long.parseLong(match.group(1)))
        .toList();
  }

  @Override
  public void close() {
    machine.close();
  }
}
