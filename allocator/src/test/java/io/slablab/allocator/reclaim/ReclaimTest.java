package io.slablab.allocator.reclaim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.lockdep.CheckedMachines;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.page.Reclaimer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ReclaimTest {
  private final Machine machine = CheckedMachines.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
  private final Shrinkers shrinkers = new Shrinkers(machine);
  private final PagePool pool = new PagePool(machine, pages, 4096);
  private final List<Long> scans = new ArrayList<>();

  @AfterEach
  void close() {
    machine.close();
  }

  private Shrinker shrinker(long freeable, int seeks, long batch) {
    return new Shrinker() {
      @Override
      public long countObjects(Cpu cpu, int node, int gfp) {
        return freeable;
      }

      @Override
      public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
        scans.add(toScan);
        return toScan;
      }

      @Override
      public int seeks() {
        return seeks;
      }

      @Override
      public long batch() {
        return batch;
      }
    };
  }

  // Worked by hand from the rule: delta, min with twice freeable, whole batches, the rest put back.
  @ParameterizedTest
  @CsvSource({
    "0, 2, 0, 0, 0, 0",
    "1000, 2, 0, 12, 0, 0",
    "1000, 2, 0, 4, 0, 124",
    "1000, 2, 0, 2, 384, 116",
    "1000, 2, 0, 0, 1920, 80",
    "1000, 0, 0, 12, 384, 116",
    "1000, 1, 0, 0, 1920, 2000",
    "40, 2, 0, 0, 80, 0",
    "40, 2, 16, 1, 32, 8",
    "8192, 8, 100, 3, 500, 12"
  })
  @DisplayName("8.1: do_shrink scans and puts back by golden numbers")
  void goldenNumbers(long freeable, int seeks, long batch, int priority, long scanned, long left) {
    Cpu cpu = machine.enter(0);
    shrinkers.register(cpu, shrinker(freeable, seeks, batch));
    assertThat(shrinkers.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, priority)).isEqualTo(scanned);
    assertThat(shrinkers.slabsScanned()).isEqualTo(scanned);
    assertThat(scans.stream().mapToLong(Long::longValue).sum()).isEqualTo(scanned);
    assertThat(shrinkers.deferred(0)).containsExactly(left);
    machine.leave(cpu);
  }

  @Test
  @DisplayName("8.1: what was put back adds to the next pressure; an ended shrinker is not asked")
  void whatWasPutBackAdds() {
    Cpu cpu = machine.enter(0);
    Shrinker shrinker = shrinker(1000, 2, 0);
    shrinkers.register(cpu, shrinker);
    shrinkers.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, 4); // leaves 124
    assertThat(shrinkers.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, 3)).isEqualTo(256); // 15 + 250
    assertThat(shrinkers.deferred(0)).containsExactly(124L + 250 - 256);
    shrinkers.unregister(cpu, shrinker);
    assertThat(shrinkers.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, 0)).isZero();
    machine.leave(cpu);
  }

  /** A shrinker of two nodes that leaves 124 of 1000 undone each time at priority 4. */
  private static Shrinker lazy(boolean numaAware) {
    return new Shrinker() {
      @Override
      public long countObjects(Cpu cpu, int node, int gfp) {
        return 1000;
      }

      @Override
      public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
        return toScan;
      }

      @Override
      public boolean numaAware() {
        return numaAware;
      }
    };
  }

  @Test
  @DisplayName("8.1: what is left undone is kept by node only for shrinkers that know nodes")
  void undoneByNode() {
    Machine twoNodes = CheckedMachines.of(HostConfig.uniform(2, 2));
    Shrinkers both = new Shrinkers(twoNodes);
    Cpu cpu = twoNodes.enter(0);
    both.register(cpu, lazy(true));
    both.register(cpu, lazy(false));
    assertThat(both.shrinkNode(cpu, 0, Gfp.GFP_KERNEL, 4)).isZero();
    assertThat(both.deferred(0)).containsExactly(124, 124);
    assertThat(both.deferred(1)).containsExactly(0, 124);
    both.shrinkNode(cpu, 1, Gfp.GFP_KERNEL, 4); // (124 >> 4) + 124 = 131: a batch of 128
    assertThat(both.deferred(0)).containsExactly(124, 2L * 124 - 128);
    assertThat(both.deferred(1)).containsExactly(124, 2L * 124 - 128);
    twoNodes.leave(cpu);
    twoNodes.close();
  }

  /** Objects by node and cgroup; frees what it scans, down to the last. */
  private static final class ByMemcg implements Shrinker {
    private final Map<String, Long> objects = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final boolean knowsMemcgs;
    private Runnable whenCounted = () -> {};

    ByMemcg(boolean knowsMemcgs) {
      this.knowsMemcgs = knowsMemcgs;
    }

    static String key(int node, @Nullable ObjCgroup memcg) {
      return node + " " + (memcg == null ? "none" : Integer.toHexString(memcg.hashCode()));
    }

    @Override
    public boolean memcgAware() {
      return knowsMemcgs;
    }

    @Override
    public long countObjects(Cpu cpu, int node, int gfp) {
      return countObjects(cpu, node, null, gfp);
    }

    @Override
    public long countObjects(Cpu cpu, int node, @Nullable ObjCgroup memcg, int gfp) {
      asked.add(key(node, memcg));
      long count = objects.getOrDefault(key(node, memcg), 0L);
      whenCounted.run();
      return count == 0 ? EMPTY : count;
    }

    @Override
    public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
      return scanObjects(cpu, node, null, gfp, toScan);
    }

    @Override
    public long scanObjects(Cpu cpu, int node, @Nullable ObjCgroup memcg, int gfp, long toScan) {
      long freed = Math.min(toScan, objects.getOrDefault(key(node, memcg), 0L));
      objects.merge(key(node, memcg), -freed, Long::sum);
      return freed;
    }

    List<String> takeAsked() {
      List<String> taken = List.copyOf(asked);
      asked.clear();
      return taken;
    }
  }

  /** Two nodes, two cgroups, and shrinkers of which one knows cgroups. */
  private static final class Memcgs implements AutoCloseable {
    final Machine machine = CheckedMachines.of(HostConfig.uniform(2, 2));
    final Cpu cpu = machine.enter(0);
    final Shrinkers shrinkers = new Shrinkers(machine);
    final ObjCgroup one = new ObjCgroup(machine, 1);
    final ObjCgroup two = new ObjCgroup(machine, 1);
    final ByMemcg knows = new ByMemcg(true);
    final ByMemcg plain = new ByMemcg(false);

    Memcgs() {
      shrinkers.register(cpu, knows);
      shrinkers.register(cpu, plain);
    }

    void add(int node, @Nullable ObjCgroup memcg, long count) {
      knows.objects.merge(ByMemcg.key(node, memcg), count, Long::sum);
      if (memcg != null) {
        shrinkers.mark(cpu, knows, memcg, node);
      }
    }

    long shrink(int node, ObjCgroup memcg, int priority) {
      return shrinkers.shrinkMemcg(cpu, node, memcg, Gfp.GFP_KERNEL, priority);
    }

    long shrinkNode(int node, int priority) {
      return shrinkers.shrinkNode(cpu, node, Gfp.GFP_KERNEL, priority);
    }

    @Override
    public void close() {
      machine.leave(cpu);
      machine.close();
    }
  }

  @Test
  @DisplayName("8.1: a cgroup that is short gets back its own objects of a node, no others")
  void aMemcgThatIsShort() {
    try (Memcgs m = new Memcgs()) {
      m.add(0, m.one, 200);
      m.add(0, m.two, 300);
      m.add(1, m.one, 400);
      m.add(0, null, 500);
      m.plain.objects.put(ByMemcg.key(0, null), 600L);
      assertThat(m.shrink(0, m.one, 0)).isEqualTo(200);
      assertThat(m.knows.takeAsked()).containsExactly(ByMemcg.key(0, m.one));
      assertThat(m.plain.takeAsked()).isEmpty();
      assertThat(m.shrink(1, m.two, 0)).isZero();
      assertThat(m.knows.takeAsked()).as("not marked on that node").isEmpty();
      assertThat(m.shrinkNode(0, 0)).isEqualTo(300 + 500 + 600);
      assertThat(m.plain.takeAsked()).containsExactly(ByMemcg.key(0, null));
      assertThat(m.knows.takeAsked())
          .contains(ByMemcg.key(0, null), ByMemcg.key(0, m.two))
          .doesNotContain(ByMemcg.key(1, m.one));
      assertThat(m.knows.objects).containsEntry(ByMemcg.key(1, m.one), 400L);
    }
  }

  @Test
  @DisplayName("8.1: what is left undone is kept by node and cgroup, and goes to none with it")
  void undoneByMemcg() {
    try (Memcgs m = new Memcgs()) {
      m.add(0, m.one, 1000);
      m.add(0, m.two, 1000);
      m.add(1, m.one, 1000);
      assertThat(m.shrink(0, m.one, 4)).isZero(); // 124 are less than a batch
      assertThat(m.shrinkers.deferred(0, m.one)).containsExactly(124, 0);
      assertThat(m.shrinkers.deferred(0, m.two)).containsExactly(0, 0);
      assertThat(m.shrinkers.deferred(1, m.one)).containsExactly(0, 0);
      assertThat(m.shrinkers.deferred(0)).containsExactly(0, 0);
      assertThat(m.shrink(0, m.one, 4)).isEqualTo(128); // (124 >> 4) + 124 = 131
      assertThat(m.shrinkers.deferred(0, m.one)).containsExactly(120, 0);
      m.shrinkers.memcgGone(m.cpu, m.one);
      assertThat(m.shrinkers.deferred(0)).containsExactly(120, 0);
      assertThat(m.shrink(0, m.one, 0)).isZero();
    }
  }

  @Test
  @DisplayName("8.1: a cgroup found empty is not asked again before it is marked")
  void anEmptyMemcgLosesItsMark() {
    try (Memcgs m = new Memcgs()) {
      m.add(0, m.one, 10);
      assertThat(m.shrink(0, m.one, 0)).isEqualTo(10);
      assertThat(m.shrink(0, m.one, 0)).isZero();
      assertThat(m.knows.takeAsked()).as("once more after the mark is gone").hasSize(3);
      assertThat(m.shrink(0, m.one, 0)).isZero();
      assertThat(m.knows.takeAsked()).isEmpty();
      m.add(0, m.one, 10);
      assertThat(m.shrink(0, m.one, 0)).isEqualTo(10);
    }
  }

  @Test
  @DisplayName("8.1: an object that comes while the mark goes is found, and the mark is back")
  void anObjectThatComesWhileTheMarkGoes() {
    try (Memcgs m = new Memcgs()) {
      m.add(0, m.one, 0);
      m.knows.whenCounted =
          () -> {
            m.knows.whenCounted = () -> {};
            m.add(0, m.one, 10); // sees the mark that is about to go
          };
      assertThat(m.shrink(0, m.one, 0)).isEqualTo(10);
      assertThat(m.shrink(0, m.one, 0)).isZero();
      assertThat(m.knows.takeAsked()).as("marked again: asked, then found empty").hasSize(4);
    }
  }

  @Test
  @DisplayName("8.1: one that does not know cgroups cannot be marked")
  void onlyOneThatKnowsMemcgsIsMarked() {
    try (Memcgs m = new Memcgs()) {
      assertThatThrownBy(() -> m.shrinkers.mark(m.cpu, m.plain, m.one, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private List<Long> exhaust(Cpu cpu) {
    List<Long> blocks = new ArrayList<>();
    long page = pages.alloc(cpu, 0, Gfp.NOWARN, 0);
    while (page != 0) {
      blocks.add(page);
      page = pages.alloc(cpu, 0, Gfp.NOWARN, 0);
    }
    return blocks;
  }

  @Test
  @DisplayName("8.2: direct reclaim takes 32 pages from the pool; kswapd goes on to the high mark")
  void directReclaimThenKswapd() {
    Cpu cpu = machine.enter(0);
    pages.setReclaimer(new Reclaim(pages, 1, shrinkers, pool, _ -> {}));
    assertThat(pool.fill(cpu, 0, 2000)).isEqualTo(2000);
    exhaust(cpu);
    assertThat(pages.alloc(cpu, 0, Gfp.DIRECT_RECLAIM, 0)).isNotZero();
    assertThat(pool.size(cpu, 0)).isEqualTo(2000 - Reclaim.SWAP_CLUSTER_MAX);
    assertThat(cpu.taskFlags() & Cpu.PF_MEMALLOC).isZero();
    assertThat(cpu.reclaiming()).isFalse();

    exhaust(cpu);
    assertThat(pages.aboveHighMark(0)).isFalse();
    pages.alloc(cpu, 0, Gfp.GFP_NOWAIT, 0);
    cpu.poll();
    assertThat(pages.aboveHighMark(0)).isTrue();
    machine.leave(cpu);
  }

  /** Answers as told and counts. */
  private static final class Script implements Reclaimer {
    int rounds;
    int wakes;
    int ooms;
    boolean hope;

    @Override
    public long reclaim(Cpu cpu, int node, int gfp) {
      rounds++;
      return 0;
    }

    @Override
    public void wake(Cpu cpu, int node) {
      wakes++;
    }

    @Override
    public long reclaimable(Cpu cpu, int node) {
      return hope ? 4096 : 0;
    }

    @Override
    public boolean outOfMemory(Cpu cpu, int order, int gfp) {
      ooms++;
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    // extra flags, task flags, hope, order: rounds, ooms
    "0, 0, true, 0, 17, 1",
    "0, 0, false, 0, 1, 1",
    "128, 0, true, 0, 1, 0",
    "256, 0, true, 0, 17, 0",
    "0, 0, true, 4, 1, 0",
    "256, 0, true, 4, 17, 0",
    "0, 1, true, 4, 0, 0",
  })
  @DisplayName("1.4: rounds of direct reclaim by flags; INV-PA-6 none with PF_MEMALLOC")
  void rounds(int flags, int task, boolean hope, int order, int rounds, int ooms) {
    Cpu cpu = machine.enter(0);
    Script script = new Script();
    script.hope = hope;
    pages.setReclaimer(script);
    List<Long> all = exhaust(cpu);
    long reserve = task == 0 ? 0 : pages.alloc(cpu, 0, Gfp.MEMALLOC, 0);
    while (reserve != 0) {
      all.add(reserve);
      reserve = pages.alloc(cpu, 0, Gfp.MEMALLOC, 0);
    }
    cpu.setTaskFlags(task);
    assertThat(pages.alloc(cpu, order, Gfp.DIRECT_RECLAIM | flags, 0)).isZero();
    cpu.setTaskFlags(0);
    assertThat(script.rounds).isEqualTo(rounds);
    assertThat(script.ooms).isEqualTo(ooms);
    assertThat(script.wakes).isZero();
    pages.verify(all.size());
    machine.leave(cpu);
  }

  @Test
  @DisplayName("INV-PA-5 a request that cannot wait never reclaims; it wakes kswapd if it may")
  void nonBlockingNeverReclaims() {
    Cpu cpu = machine.enter(0);
    Script script = new Script();
    pages.setReclaimer(script);
    exhaust(cpu);
    assertThat(pages.alloc(cpu, 0, Gfp.NOWARN, 0)).isZero();
    assertThat(script.wakes).isZero();
    assertThat(pages.alloc(cpu, 0, Gfp.GFP_NOWAIT, 0)).isZero();
    assertThat(script.wakes).isEqualTo(1);
    assertThat(script.rounds).isZero();
    machine.leave(cpu);
  }
}
