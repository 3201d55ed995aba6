package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.page.ZoneStats;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 2.7, 2.21: slabs whose pages came from the reserve serve those who free memory, whether the slab
 * is a CPU's, on a partial stack, on a node's list or behind sheaves.
 */
@Timeout(60)
class PfmemallocTest {
  private static final int GFP = Gfp.GFP_KERNEL;

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages =
      new PageAllocator(machine, PageConfig.ofPagesPerNode(8192).withMinFreeKbytes(4096));
  private final Cpu cpu = machine.enter(0);

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private KmemCache cache(SlubConfig config, KmemCacheArgs args) {
    Slub slub = new Slub(machine, pages, config);
    KmemCache cache = slub.create(cpu, "c", 1024, args.withFlags(SlabFlags.NO_MERGE));
    while (pages.alloc(cpu, 0, GFP, 0) != 0) {
      // until nothing is left above the mark
    }
    return cache;
  }

  private KmemCache cache(SheafMode mode) {
    return cache(SlubConfig.defaults(MemoryMode.META).withSheaves(mode), KmemCacheArgs.NONE);
  }

  /** An object for a task that frees memory. */
  private long entitled(KmemCache cache) {
    cpu.setTaskFlags(Cpu.PF_MEMALLOC);
    long object = cache.alloc(cpu, GFP);
    cpu.setTaskFlags(0);
    return object;
  }

  @Test
  void aCpuSlabOfTheReserveIsLetGoByOthers() {
    KmemCache cache = cache(SheafMode.OPT_IN);
    assertThat(cache.alloc(cpu, GFP)).isZero();
    long first = entitled(cache);
    Slab slab = cache.slabOfObject(first);
    assertThat(slab.pfmemalloc).isTrue();
    while (cache.cpus[0].freelist != SlabWord.NONE) {
      assertThat(entitled(cache)).isNotZero();
    }
    Cpu other = machine.enter(1);
    cache.free(other, first); // a remote free: only this CPU may take it, if it is entitled
    machine.leave(other);
    assertThat(cache.alloc(cpu, GFP | Gfp.NOMEMALLOC)).isZero();
    assertThat(cache.cpus[0].slab).isNull();
    assertThat(slab.onNodePartial).isTrue();
    assertThat(cache.alloc(cpu, GFP)).isZero();
    assertThat(cache.stats().event(Stat.ALLOC_NODE_MISMATCH)).isZero();
    assertThat(entitled(cache)).isEqualTo(first);
    cache.verify();
  }

  @Test
  void aPartialSlabOfTheReserveGoesFromTheStackToTheNode() {
    KmemCache cache = cache(SheafMode.OPT_IN);
    long first = entitled(cache);
    Slab slab = cache.slabOfObject(first);
    long second = entitled(cache);
    while (cache.slabOfObject(second) == slab) {
      second = entitled(cache);
    }
    cache.free(cpu, first); // the slab was full: to the stack
    assertThat(cache.cpus[0].partial).isSameAs(slab);
    while (cache.cpus[0].freelist != SlabWord.NONE) {
      assertThat(entitled(cache)).isNotZero();
    }
    assertThat(cache.alloc(cpu, GFP)).isZero();
    assertThat(cache.cpus[0].partial).isNull();
    assertThat(slab.onNodePartial).isTrue();
    assertThat(entitled(cache)).isEqualTo(first);
    cache.verify();
  }

  /** Those of others are found behind it. */
  @Test
  void theWalkPassesOverSlabsOfTheReserve() {
    Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META));
    KmemCache cache = slub.create(cpu, "c", 1024, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE));
    long ordinary = cache.alloc(cpu, GFP);
    cache.shrink(cpu); // its slab is on the node's list, tail to be
    while (pages.alloc(cpu, 0, GFP, 0) != 0) {
      // until nothing is left above the mark
    }
    cache.nodes[0].listLock.lockIrqsave(cpu);
    Slab only = Objects.requireNonNull(cache.nodes[0].head);
    cache.nodes[0].remove(only); // so that a new one is needed
    cache.nodes[0].listLock.unlockIrqrestore(cpu);
    long reserved = entitled(cache);
    cache.shrink(cpu);
    cache.nodes[0].listLock.lockIrqsave(cpu);
    cache.nodes[0].addTail(only);
    cache.nodes[0].listLock.unlockIrqrestore(cpu);
    assertThat(cache.nodes[0].head).isSameAs(cache.slabOfObject(reserved));
    long object = cache.alloc(cpu, GFP);
    assertThat(cache.slabOfObject(object)).isSameAs(cache.slabOfObject(ordinary));
    assertThat(cache.stats().event(Stat.ALLOC_FROM_PARTIAL)).isOne();
    assertThat(cache.nodes[0].head).isSameAs(cache.slabOfObject(reserved));
    cache.verify();
  }

  @Test
  void sheavesForAllHoldNothingOfTheReserve() {
    KmemCache cache = cache(SheafMode.ALL);
    Sheaves sheaves = Objects.requireNonNull(cache.sheaves);
    assertThat(cache.alloc(cpu, GFP)).isZero();
    long first = entitled(cache);
    assertThat(cache.slabOfObject(first).pfmemalloc).isTrue();
    assertThat(sheaves.objects()).isZero();
    long kept = entitled(cache); // so that the slab does not end
    cache.free(cpu, first);
    assertThat(sheaves.objects()).isZero();
    assertThat(cache.alloc(cpu, GFP)).isZero();
    assertThat(entitled(cache)).isEqualTo(first);
    sheaves.free(cpu, first);
    assertThat(sheaves.objects()).isZero();
    cache.kfreeRcu(cpu, kept);
    assertThat(cache.stats().event(Stat.FREE_RCU_SHEAF)).isZero();
    cache.slub.kfreeRcuBarrier(cpu);
    assertThat(cache.shrink(cpu)).isFalse();
  }

  /** 2.21: a sheaf that was filled from the reserve is not kept for others. */
  @ParameterizedTest
  @ValueSource(ints = {4, 40})
  void aBorrowedSheafOfTheReserveIsEmptiedWhenItComesBack(int n) {
    KmemCache cache = cache(SheafMode.ALL);
    Sheaves sheaves = Objects.requireNonNull(cache.sheaves);
    assertThat(sheaves.prefill(cpu, GFP, n)).isNull();
    cpu.setTaskFlags(Cpu.PF_MEMALLOC);
    Sheaf sheaf = Objects.requireNonNull(sheaves.prefill(cpu, GFP, n));
    cpu.setTaskFlags(0);
    assertThat(cache.slabOfObject(sheaf.top()).pfmemalloc).isTrue();
    sheaves.returnSheaf(cpu, GFP, sheaf);
    assertThat(sheaf.size()).isZero();
    assertThat(sheaves.objects()).isZero();
    assertThat(cache.stats().event(Stat.SHEAF_RETURN_FAST)).isZero();
    assertThat(cache.alloc(cpu, GFP)).isZero();
    assertThat(cache.shrink(cpu)).isFalse();
  }

  /** Who cannot wait gets no full sheaf, but goes as deep as without sheaves. */
  @Test
  void whoCannotWaitGetsASingleObjectOfItsShare() {
    KmemCache cache = cache(SheafMode.ALL);
    for (long object = cache.alloc(cpu, Gfp.GFP_ATOMIC);
        object != 0;
        object = cache.alloc(cpu, Gfp.GFP_ATOMIC)) {
      assertThat(cache.slabOfObject(object).pfmemalloc).isFalse();
    }
    ZoneStats zone = pages.zoneStats(0);
    assertThat(zone.free()).isLessThanOrEqualTo(zone.min() * 3 / 8);
  }

  @Test
  void aDebuggedCachePassesOverThemToo() {
    KmemCacheArgs args = KmemCacheArgs.NONE.withFlags(SlabFlags.CONSISTENCY_CHECKS);
    KmemCache cache = cache(SlubConfig.defaults(MemoryMode.FULL), args);
    long first = entitled(cache);
    assertThat(cache.nodes[0].nrPartial).isOne();
    assertThat(cache.alloc(cpu, GFP)).isZero();
    long second = entitled(cache);
    assertThat(cache.slabOfObject(second)).isSameAs(cache.slabOfObject(first));
    cache.verify();
  }

  /** 2.7 F: a failing allocation is told of, at most ten times in five seconds, or not at all. */
  @Test
  void failuresAreReportedAndTheirReportsLimited() {
    KmemCache cache = cache(SheafMode.OPT_IN);
    SlabLog log = cache.slub.log();
    log.clear(cpu);
    assertThat(cache.alloc(cpu, GFP | Gfp.NOWARN)).isZero();
    assertThat(log.warningCount()).isZero();
    for (int i = 0; i < 50; i++) {
      assertThat(cache.alloc(cpu, GFP)).isZero();
    }
    assertThat(log.warningCount()).isBetween(10L, 20L); // the five seconds may end meanwhile
    assertThat(log.errorCount()).isZero();
    SlabWarning.OutOfMemory report = (SlabWarning.OutOfMemory) log.warnings().getFirst();
    assertThat(report.cache()).isEqualTo("c");
    assertThat(report.size()).isEqualTo(1024);
    assertThat(report.nodes()).containsExactly(new SlabWarning.NodeSlabs(0, 0, 0, 0));
    assertThat(report.message())
        .startsWith("no memory for a slab: cache=c cpu=0 node=-1 gfp=0x")
        .endsWith("node 0: slabs=0 objects=0 free=0");
  }
}
