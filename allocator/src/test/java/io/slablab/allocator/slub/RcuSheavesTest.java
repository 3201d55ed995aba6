package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** 2.21: kfree_rcu through sheaves, and sheaves that callers borrow. */
@Timeout(60)
class RcuSheavesTest {
  private static final int BYTES = 256;
  private static final int CAPACITY = 28;
  private static final KmemCacheArgs ALONE = KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE);

  private final Machine machine = HostMachine.of(HostConfig.uniform(4, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
  private final Rcu rcu = new Rcu(machine, RcuConfig.DEFAULT.hurried());
  private final Slub slub =
      new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL).withCpuPartial(false), rcu);

  @AfterEach
  void close() {
    machine.close();
  }

  private record Front(KmemCache cache, Sheaves sheaves) {
    long event(Stat stat) {
      return cache.stats().event(stat);
    }
  }

  private Front front(Cpu cpu, KmemCacheArgs args) {
    KmemCache cache = slub.create(cpu, "c", BYTES, args);
    Sheaves sheaves = slub.sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY);
    return new Front(cache, sheaves);
  }

  private static List<Long> fill(Cpu cpu, Front front, int n) {
    List<Long> objects = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      objects.add(front.sheaves().alloc(cpu, Gfp.GFP_KERNEL));
    }
    assertThat(objects).doesNotContain(0L).doesNotHaveDuplicates();
    return objects;
  }

  private static void kfreeRcu(Cpu cpu, Front front, List<Long> objects) {
    objects.forEach(object -> front.cache().kfreeRcu(cpu, object));
  }

  private void destroyClean(Cpu cpu, Front front) {
    assertThat(slub.destroy(cpu, front.cache())).isEqualTo(DestroyResult.DONE);
    pages.drainAll(cpu);
    pages.verify(0);
  }

  @Test
  void oneCallbackPerSheafAndTheObjectsComeBackThroughTheBarn() {
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    assertThat(front.sheaves().capacity()).isEqualTo(CAPACITY);
    List<Long> objects = fill(cpu, front, 3 * CAPACITY);
    rcu.readLock(cpu);
    kfreeRcu(cpu, front, objects);
    cpu.poll();
    assertThat(rcu.stats().queued()).isEqualTo(3);
    assertThat(front.event(Stat.FREE_RCU_SHEAF)).isEqualTo(3L * CAPACITY);
    assertThat(front.event(Stat.BARN_PUT)).isZero();
    assertThat(fill(cpu, front, CAPACITY)).doesNotContainAnyElementsOf(objects);
    long puts = front.event(Stat.BARN_PUT);
    rcu.readUnlock(cpu);
    cpu.poll();
    assertThat(front.event(Stat.BARN_PUT)).isEqualTo(puts + 3);
    long slowFrees = front.event(Stat.FREE_SLOWPATH);
    List<Long> again = fill(cpu, front, 3 * CAPACITY);
    assertThat(front.event(Stat.FREE_SLOWPATH)).isEqualTo(slowFrees);
    again.addAll(fill(cpu, front, CAPACITY));
    assertThat(again).containsAll(objects);
  }

  @Test
  void aFullBarnSendsTheObjectsToTheirSlabs() {
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    kfreeRcu(cpu, front, fill(cpu, front, 14 * CAPACITY));
    for (int i = 0; i < 4; i++) {
      cpu.poll();
    }
    assertThat(front.event(Stat.BARN_PUT)).isEqualTo(NodeBarn.MAX_FULL);
    assertThat(front.event(Stat.BARN_PUT_FAIL)).isEqualTo(4);
    assertThat(front.event(Stat.SHEAF_FLUSH)).isEqualTo(4);
    front.cache().verify();
    destroyClean(cpu, front);
  }

  /** T-SLUB-7 through a sheaf that is not full. */
  @Test
  void destroyWaitsForTheSheafThatGathers() {
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    kfreeRcu(cpu, front, fill(cpu, front, 5));
    assertThat(front.sheaves().objects()).isEqualTo(CAPACITY);
    destroyClean(cpu, front);
  }

  @Test
  void whatASheafCannotHoldGoesTheOtherWay() {
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    Cpu remote = machine.enter(3);
    long far = front.sheaves().alloc(remote, Gfp.GFP_KERNEL);
    machine.leave(remote);
    front.cache().kfreeRcu(cpu, far);
    assertThat(front.event(Stat.FREE_RCU_SHEAF)).isZero();
    Front debugged = front(cpu, ALONE.withFlags(SlabFlags.CONSISTENCY_CHECKS));
    debugged.cache().kfreeRcu(cpu, debugged.sheaves().alloc(cpu, Gfp.GFP_KERNEL));
    assertThat(debugged.event(Stat.FREE_RCU_SHEAF_FAIL)).isEqualTo(1);
    slub.kfreeRcuBarrier(cpu);
    assertThat(debugged.cache().stats().objectsInUse()).isZero();
    assertThat(slub.destroy(cpu, debugged.cache())).isEqualTo(DestroyResult.DONE);
    destroyClean(cpu, front);
  }

  /** Watching features see an object come back when its readers are done. */
  @Test
  void hooksSeeTheFreeAfterTheGracePeriod() {
    Set<Long> freed = new LinkedHashSet<>();
    ObjectHooks recorder =
        new ObjectHooks() {
          @Override
          public boolean beforeFree(Cpu cpu, long object) {
            freed.add(object);
            return false;
          }
        };
    slub.install(_ -> recorder);
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    List<Long> objects = fill(cpu, front, CAPACITY);
    rcu.readLock(cpu);
    kfreeRcu(cpu, front, objects);
    cpu.poll();
    assertThat(freed).isEmpty();
    rcu.readUnlock(cpu);
    cpu.poll();
    assertThat(freed).containsExactlyElementsOf(objects);
    destroyClean(cpu, front);
  }

  /** init_on_free: readers see the bytes, whoever comes after them does not. */
  @Test
  void zeroingComesAfterTheGracePeriod() {
    SlubConfig config = SlubConfig.defaults(MemoryMode.META).withInit(false, true);
    Slub zeroing = new Slub(machine, pages, config, rcu);
    Cpu cpu = machine.enter(0);
    KmemCache cache = zeroing.create(cpu, "zeroed", BYTES, ALONE);
    Sheaves sheaves = zeroing.sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY);
    List<Long> objects = fill(cpu, new Front(cache, sheaves), CAPACITY);
    objects.forEach(object -> pages.memory().putLong(object, object));
    rcu.readLock(cpu);
    objects.forEach(object -> cache.kfreeRcu(cpu, object));
    cpu.poll();
    assertThat(objects).allMatch(object -> pages.memory().getLong(object) == object);
    rcu.readUnlock(cpu);
    cpu.poll();
    assertThat(objects).allMatch(object -> pages.memory().getLong(object) == 0);
    assertThat(zeroing.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
  }

  // ---- borrowing ----

  private static Sheaf borrow(Cpu cpu, Front front, int n) {
    Sheaf sheaf = front.sheaves().prefill(cpu, Gfp.GFP_KERNEL, n);
    if (sheaf == null) {
      throw new AssertionError("no sheaf of " + n);
    }
    assertThat(sheaf.size()).isGreaterThanOrEqualTo(n);
    return sheaf;
  }

  @Test
  void aBorrowedSheafHoldsWhatWasAskedFor() {
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    Sheaf sheaf = borrow(cpu, front, 10);
    assertThat(front.event(Stat.SHEAF_PREFILL_SLOW)).isEqualTo(1);
    Set<Long> objects = new LinkedHashSet<>();
    while (sheaf.size() > 0) {
      objects.add(front.sheaves().alloc(cpu, Gfp.GFP_ATOMIC, sheaf));
    }
    assertThat(objects).hasSize(CAPACITY).doesNotContain(0L);
    assertThat(front.sheaves().alloc(cpu, Gfp.GFP_ATOMIC, sheaf)).isZero();
    objects.forEach(object -> front.sheaves().free(cpu, object));
    front.sheaves().returnSheaf(cpu, Gfp.GFP_KERNEL, sheaf);
    assertThat(front.event(Stat.SHEAF_RETURN_FAST)).isEqualTo(1);
    destroyClean(cpu, front);
  }

  @Test
  void aSheafComesFromTheSpareAndGoesBackToIt() {
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    front.sheaves().returnSheaf(cpu, Gfp.GFP_KERNEL, borrow(cpu, front, 1));
    Sheaf again = borrow(cpu, front, CAPACITY);
    assertThat(front.event(Stat.SHEAF_PREFILL_FAST)).isEqualTo(1);
    Sheaf second = borrow(cpu, front, 3);
    front.sheaves().alloc(cpu, Gfp.GFP_KERNEL, second);
    front.sheaves().returnSheaf(cpu, Gfp.GFP_KERNEL, again);
    front.sheaves().returnSheaf(cpu, Gfp.GFP_KERNEL, second); // is filled up for the barn
    assertThat(front.event(Stat.SHEAF_RETURN_FAST)).isEqualTo(2);
    assertThat(front.event(Stat.SHEAF_RETURN_SLOW)).isEqualTo(1);
    assertThat(front.event(Stat.BARN_PUT)).isEqualTo(1);
    assertThat(front.sheaves().objects()).isEqualTo(2 * CAPACITY);
  }

  @Test
  void moreThanTheCapacityComesInASheafOfItsOwn() {
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    Sheaf big = borrow(cpu, front, 100);
    assertThat(big.capacity()).isEqualTo(100);
    assertThat(front.event(Stat.SHEAF_PREFILL_OVERSIZE)).isEqualTo(1);
    long object = front.sheaves().alloc(cpu, Gfp.GFP_KERNEL, big);
    front.sheaves().returnSheaf(cpu, Gfp.GFP_KERNEL, big);
    assertThat(big.size()).isZero();
    assertThat(front.cache().stats().objectsInUse()).isEqualTo(1);
    front.sheaves().free(cpu, object);
    destroyClean(cpu, front);
  }

  @Test
  void aLoanThatCannotBeFilledIsNone() {
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    List<Long> hogged = new ArrayList<>();
    for (long page = pages.alloc(cpu, 0, Gfp.GFP_KERNEL, 0);
        page != 0;
        page = pages.alloc(cpu, 0, Gfp.GFP_KERNEL, 0)) {
      hogged.add(page);
    }
    @Nullable Sheaf none = front.sheaves().prefill(cpu, Gfp.GFP_KERNEL, 5);
    assertThat(none).isNull();
    assertThat(front.sheaves().prefill(cpu, Gfp.GFP_KERNEL, 500)).isNull();
    hogged.forEach(page -> pages.free(cpu, page, 0));
    destroyClean(cpu, front);
  }

  @Test
  void aHookCannotRefuseWhatCannotFail() {
    ObjectHooks refusing =
        new ObjectHooks() {
          @Override
          public boolean afterAlloc(Cpu cpu, long object, int gfp) {
            return false;
          }
        };
    slub.install(_ -> refusing);
    Cpu cpu = machine.enter(0);
    Front front = front(cpu, ALONE);
    Sheaf sheaf = borrow(cpu, front, 1);
    assertThatThrownBy(() -> front.sheaves().alloc(cpu, Gfp.GFP_KERNEL, sheaf))
        .hasMessageContaining("cannot fail");
  }

  // ---- threads ----

  /** INV-SLUB-1: objects that go round through readers' sheaves have one owner at a time. */
  @Test
  void manyThreadsFreeThroughSheaves() throws InterruptedException {
    Cpu boot = machine.enter(0);
    Front front = front(boot, ALONE);
    machine.leave(boot);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int id = 0; id < 3; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failed.set(e))
              .start(() -> churn(front, mine)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failed.get()).isNull();
    Cpu cpu = machine.enter(0);
    destroyClean(cpu, front);
  }

  private void churn(Front front, int id) {
    Cpu cpu = machine.enter(id);
    for (int round = 0; round < 300; round++) {
      for (long object : fill(cpu, front, 50)) {
        if (!pages.memory().compareAndSetInt(object, pages.memory().getInt(object) & ~1, 1)) {
          throw new IllegalStateException("INV-SLUB-1: has an owner already");
        }
        pages.memory().putInt(object, 0);
        if ((object / BYTES & 1) == 0) {
          front.cache().kfreeRcu(cpu, object);
        } else {
          front.sheaves().free(cpu, object);
        }
      }
      cpu.poll();
    }
    machine.leave(cpu);
  }
}
