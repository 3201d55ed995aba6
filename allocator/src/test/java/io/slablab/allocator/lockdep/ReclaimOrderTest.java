package io.slablab.allocator.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.Report.CircularOrder;
import io.slablab.allocator.lockdep.Report.Recursion;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.reclaim.PagePool;
import io.slablab.allocator.reclaim.Reclaim;
import io.slablab.allocator.reclaim.Shrinker;
import io.slablab.allocator.reclaim.Shrinkers;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deadlocks of reclaim, found without memory pressure. */
class ReclaimOrderTest {

  /** How a task allocates while it holds what reclaim takes. */
  enum Request {
    KERNEL(Gfp.GFP_KERNEL, 0, true),
    KERNEL_IN_NOIO_SCOPE(Gfp.GFP_KERNEL, Cpu.PF_MEMALLOC_NOIO, false),
    KERNEL_IN_NOFS_SCOPE(Gfp.GFP_KERNEL, Cpu.PF_MEMALLOC_NOFS, false),
    KERNEL_BY_A_RECLAIMER(Gfp.GFP_KERNEL, Cpu.PF_MEMALLOC, false),
    NOFS(Gfp.GFP_NOFS, 0, false),
    NOIO(Gfp.GFP_NOIO, 0, false),
    NOWAIT(Gfp.GFP_NOWAIT, 0, false);

    private final int gfp;
    private final int scope;
    private final boolean deadlocks;

    Request(int gfp, int scope, boolean deadlocks) {
      this.gfp = gfp;
      this.scope = scope;
      this.deadlocks = deadlocks;
    }
  }

  private static PageAllocator pages(LockdepFixture f) {
    return new PageAllocator(f.machine, PageConfig.ofPagesPerNode(4096));
  }

  private static void underMutex(LockdepFixture f, Mutex mutex, Runnable body) {
    mutex.lock(f.cpu);
    body.run();
    mutex.unlock(f.cpu);
  }

  private static void allocate(LockdepFixture f, PageAllocator pages, Request request) {
    f.cpu.setTaskFlags(request.scope);
    pages.free(f.cpu, pages.alloc(f.cpu, 0, request.gfp, 0), 0);
    f.cpu.setTaskFlags(0);
  }

  private static void reclaim(LockdepFixture f, Consumer<Cpu> body) {
    f.cpu.begin(Section.RECLAIM);
    body.accept(f.cpu);
    f.cpu.end(Section.RECLAIM);
  }

  /** T-LD-14: held over an allocation and taken in reclaim, in both orders. */
  @ParameterizedTest
  @EnumSource(Request.class)
  void heldOverAnAllocationAndTakenInReclaim(Request request) {
    for (boolean reclaimFirst : new boolean[] {true, false}) {
      try (LockdepFixture f = LockdepFixture.full()) {
        Mutex mutex = f.mutex("freeze_lock");
        PageAllocator pages = pages(f);
        Runnable allocating = () -> underMutex(f, mutex, () -> allocate(f, pages, request));
        Runnable reclaiming = () -> reclaim(f, _ -> underMutex(f, mutex, () -> {}));
        (reclaimFirst ? reclaiming : allocating).run();
        assertThat(f.reports()).isEmpty();
        (reclaimFirst ? allocating : reclaiming).run();
        assertThat(f.reports())
            .hasSize(request.deadlocks ? 1 : 0)
            .allMatch(CircularOrder.class::isInstance);
      }
    }
  }

  @Test
  @DisplayName("T-LD-14: a lock over an allocation and another in reclaim nest correctly")
  void correctNesting() {
    try (LockdepFixture f = LockdepFixture.full()) {
      PageAllocator pages = pages(f);
      Mutex outer = f.mutex("outer");
      Mutex inner = f.mutex("inner");
      underMutex(f, outer, () -> allocate(f, pages, Request.KERNEL));
      reclaim(f, _ -> underMutex(f, inner, () -> {}));
      underMutex(f, outer, () -> underMutex(f, inner, () -> {}));
      assertThat(f.reports()).isEmpty();
    }
  }

  @Test
  @DisplayName("T-LD-14: reclaim that allocates as an ordinary task would enter itself")
  void reclaimInReclaim() {
    try (LockdepFixture f = LockdepFixture.full()) {
      PageAllocator pages = pages(f);
      reclaim(f, _ -> allocate(f, pages, Request.KERNEL_BY_A_RECLAIMER));
      reclaim(f, _ -> allocate(f, pages, Request.NOFS));
      assertThat(f.reports()).isEmpty();
      reclaim(f, _ -> allocate(f, pages, Request.KERNEL));
      assertThat(f.reports()).singleElement().isInstanceOf(Recursion.class);
    }
  }

  @Test
  @DisplayName("T-LD-14: a circle over two locks and two tasks, through reclaim")
  void throughTwoLocks() {
    try (LockdepFixture f = LockdepFixture.full()) {
      PageAllocator pages = pages(f);
      Mutex elevator = f.mutex("elevator_lock");
      Mutex freeze = f.mutex("freeze_lock");
      underMutex(f, elevator, () -> allocate(f, pages, Request.KERNEL));
      underMutex(f, freeze, () -> underMutex(f, elevator, () -> {}));
      assertThat(f.reports()).isEmpty();
      reclaim(f, _ -> underMutex(f, freeze, () -> {}));
      assertThat(f.reports()).singleElement().isInstanceOf(CircularOrder.class);
      assertThat(f.reports().getFirst().text())
          .contains("wants freeze_lock while it holds fs_reclaim")
          .contains("freeze_lock -> elevator_lock")
          .contains("elevator_lock -> fs_reclaim");
    }
  }

  @Test
  @DisplayName("T-LD-14: shrinkers run in reclaim, that of kswapd too; the level decides")
  void shrinkersRunInReclaim() {
    for (LockdepLevel level : new LockdepLevel[] {LockdepLevel.LOCKS, LockdepLevel.FULL}) {
      for (boolean direct : new boolean[] {true, false}) {
        try (LockdepFixture f = LockdepFixture.of(level)) {
          int deadlocks = level == LockdepLevel.FULL ? 1 : 0;
          assertThat(reportsOfShrinker(f, direct)).as("%s %s", level, direct).isEqualTo(deadlocks);
        }
      }
    }
  }

  private static int reportsOfShrinker(LockdepFixture f, boolean direct) {
    PageAllocator pages = pages(f);
    Mutex mutex = f.mutex("M");
    Shrinkers shrinkers = new Shrinkers(f.machine);
    PagePool pool = new PagePool(f.machine, pages, 64);
    shrinkers.register(
        f.cpu,
        new Shrinker() {
          @Override
          public long countObjects(Cpu cpu, int node, int gfp) {
            return 1000;
          }

          @Override
          public long scanObjects(Cpu cpu, int node, int gfp, long toScan) {
            underMutex(f, mutex, () -> {});
            return STOP;
          }
        });
    pages.setReclaimer(new Reclaim(pages, 1, shrinkers, pool, _ -> {}));
    underMutex(f, mutex, () -> allocate(f, pages, Request.KERNEL));
    assertThat(f.reports()).isEmpty();
    int wait = direct ? Gfp.DIRECT_RECLAIM | Gfp.FS : Gfp.KSWAPD_RECLAIM;
    while (pages.alloc(f.cpu, 0, wait | Gfp.NORETRY | Gfp.NOWARN, 0) != 0) {
      f.cpu.poll();
    }
    f.cpu.poll();
    return f.reports().size();
  }
}
