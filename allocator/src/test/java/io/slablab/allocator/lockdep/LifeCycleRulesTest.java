package io.slablab.allocator.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.Report.BeyondCaller;
import io.slablab.allocator.lockdep.Report.CircularOrder;
import io.slablab.allocator.lockdep.Report.InDestructor;
import io.slablab.allocator.lockdep.Report.MaySleep;
import io.slablab.allocator.lockdep.Report.OwnCacheInConstructor;
import io.slablab.allocator.lockdep.Report.UnderLeaf;
import io.slablab.allocator.lockdep.Report.WaitContext;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockClass.Kind;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuConfig;
import io.slablab.allocator.slub.Constructor;
import io.slablab.allocator.slub.DeferredDtor;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What constructors and destructors may do, and what their callers may hold. */
class LifeCycleRulesTest {
  private static final Constructor NOTHING = (_, _, _) -> 0;

  private final LockdepFixture f = LockdepFixture.full();
  private final PageAllocator pages = new PageAllocator(f.machine, PageConfig.ofPagesPerNode(8192));
  private final Percpu percpu = new Percpu(f.machine, pages, PercpuConfig.defaults());
  private Slub slub = slub(false);

  @AfterEach
  void close() {
    f.close();
  }

  private Slub slub(boolean faithful) {
    SlubConfig config = SlubConfig.defaults(MemoryMode.META).withFaithful(faithful);
    Slub made = new Slub(f.machine, pages, config);
    made.install(f.lockdep.hooks(pages.memory()));
    return made;
  }

  private KmemCache cache(String name, KmemCacheArgs args) {
    return slub.create(f.cpu, name, 256, args);
  }

  /** A life and a shrink: constructors and destructors of a slab run. */
  private void cycle(KmemCache cache) {
    cache.free(f.cpu, cache.alloc(f.cpu, Gfp.GFP_KERNEL));
    cache.shrink(f.cpu);
    f.cpu.poll();
  }

  /** Things to do in a destructor. */
  enum Deed {
    MUTEX(t -> {
      t.mutex.lock(t.f.cpu);
      t.mutex.unlock(t.f.cpu);
    }),
    PLAIN_SPIN_LOCK(t -> {
      t.plain.lockIrqsave(t.f.cpu);
      t.plain.unlockIrqrestore(t.f.cpu);
    }),
    PAGE_ALLOC(t -> t.pages.alloc(t.f.cpu, 0, Gfp.GFP_ATOMIC, 0)),
    SLAB_ALLOC_OF_A_WARM_CACHE(t -> t.warm.alloc(t.f.cpu, Gfp.GFP_ATOMIC)),
    SLAB_FREE(t -> t.warm.free(t.f.cpu, t.warmObject)),
    PCPU_ALLOC(t -> t.percpu.alloc(t.f.cpu, 16, 8, Gfp.GFP_KERNEL)),
    PCPU_ALLOC_ATOMIC(t -> t.percpu.alloc(t.f.cpu, 16, 8, Gfp.GFP_ATOMIC)),
    PAGE_FREE(t -> t.pages.free(t.f.cpu, t.page, 0)),
    SLEEP(t -> t.f.cpu.mightSleep());

    private final Consumer<LifeCycleRulesTest> body;

    Deed(Consumer<LifeCycleRulesTest> body) {
      this.body = body;
    }
  }

  private final Mutex mutex = f.mutex("mutex");
  private final SpinLock plain = f.spin("plain");
  private final long page = pages.alloc(f.cpu, 0, Gfp.GFP_KERNEL, 0);
  private final KmemCache warm = cache("warm", KmemCacheArgs.NONE);
  private final long warmObject = warm.alloc(f.cpu, Gfp.GFP_KERNEL);
  private boolean armed;

  /** Once: a deed that is not followed by its undoing can be done by one object only. */
  private void once(Deed deed) {
    if (armed) {
      armed = false;
      deed.body.accept(this);
    }
  }

  private KmemCacheArgs destructing(Deed deed) {
    armed = true;
    return KmemCacheArgs.NONE.withCtor(NOTHING).withDtor((_, _) -> once(deed));
  }

  /** T-LD-18, T-LD-19, T-LD-20: what a destructor must not do, though outside it all is fine. */
  @ParameterizedTest
  @EnumSource(Deed.class)
  void forbiddenInDestructors(Deed deed) {
    cycle(cache("c", destructing(deed)));
    assertThat(armed).isFalse();
    assertThat(f.reports()).isNotEmpty().first().isInstanceOf(InDestructor.class);
    InDestructor report = (InDestructor) f.reports().getFirst();
    assertThat(report.cache()).isEqualTo("c");
    assertThat(report.where().held()).contains("dtor(c)");
  }

  @ParameterizedTest
  @EnumSource(Deed.class)
  @DisplayName("T-LD-18, T-LD-19, T-LD-20: outside of destructors all that is fine")
  void allowedElsewhere(Deed deed) {
    armed = true;
    once(deed);
    assertThat(f.reports()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Deed.class)
  @DisplayName("T-LD-18, T-LD-19: destructors that a worker runs may do all that")
  void allowedInDeferredDestructors(Deed deed) {
    DeferredDtor policy = new DeferredDtor(64, DeferredDtor.Credit.BY_WORKER);
    cycle(cache("c", destructing(deed).withDeferredDtor(policy)));
    assertThat(armed).isFalse();
    assertThat(f.reports()).isEmpty();
  }

  @Test
  @DisplayName("T-LD-20: leaves, free_percpu and RCU readers are what destructors live on")
  void allowedInDestructors() {
    SpinLock leaf = f.leaf("leaf", 0);
    KmemCache cache =
        cache(
            "c",
            KmemCacheArgs.NONE
                .withCtor((cpu, object, gfp) -> {
                  long area = percpu.alloc(cpu, 16, 8, gfp);
                  pages.memory().putLong(object, area);
                  return area == 0 ? -12 : 0;
                })
                .withDtor((cpu, object) -> {
                  percpu.free(cpu, pages.memory().getLong(object));
                  leaf.lockIrqsave(cpu);
                  leaf.unlockIrqrestore(cpu);
                  cpu.begin(Section.RCU_READER);
                  cpu.end(Section.RCU_READER);
                }));
    cycle(cache);
    assertThat(f.reports()).isEmpty();
    assertThat(percpu.stats().nrDealloc()).isPositive();
    assertThat(percpu.stats().liveBytes()).isZero();
  }

  /** T-LD-30: a page table in a destructor: pgd_lock as it is, and as it would have to be. */
  @Test
  void pgdLockInADestructor() {
    SpinLock asItIs = f.machine.spinLock(new LockClass("pgd_lock", Kind.SPIN));
    KmemCache cache =
        cache(
            "c",
            KmemCacheArgs.NONE
                .withCtor(NOTHING)
                .withDtor((cpu, _) -> {
                  asItIs.lock(cpu);
                  asItIs.unlock(cpu);
                }));
    cycle(cache);
    assertThat(f.reports()).singleElement().isInstanceOf(InDestructor.class);
    SpinLock converted = f.leaf("pgd_lock as a leaf", 0);
    KmemCache other =
        cache(
            "other",
            KmemCacheArgs.NONE
                .withCtor(NOTHING)
                .withDtor((cpu, _) -> {
                  converted.lockIrqsave(cpu);
                  converted.unlockIrqrestore(cpu);
                }));
    cycle(other);
    assertThat(f.reports()).hasSize(1);
  }

  // ---- constructors ----

  private KmemCacheArgs allocatingAreas() {
    return KmemCacheArgs.NONE.withCtor(
        (cpu, _, gfp) -> percpu.alloc(cpu, 16, 8, gfp) == 0 ? -12 : 0);
  }

  /** T-LD-21: pcpu_alloc in a constructor, for callers that may sleep and such that may not. */
  @Test
  void areasInConstructors() {
    cycle(cache("c", allocatingAreas()));
    KmemCache atomic = cache("atomic", allocatingAreas());
    plain.lockIrqsave(f.cpu);
    atomic.alloc(f.cpu, Gfp.GFP_ATOMIC);
    plain.unlockIrqrestore(f.cpu);
    assertThat(f.reports()).isEmpty();
    KmemCache cache = cache("kernel", allocatingAreas());
    long warmUp = cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    plain.lockIrqsave(f.cpu);
    cache.alloc(f.cpu, Gfp.GFP_KERNEL); // from the slab that is there: no constructor runs
    plain.unlockIrqrestore(f.cpu);
    assertThat(warmUp).isNotZero();
    assertThat(f.reports()).singleElement().isInstanceOf(MaySleep.class);
  }

  @Test
  @DisplayName("T-LD-21: the published series' constructors sleep whatever the caller allows")
  void faithfulConstructorsSleep() {
    slub = slub(true);
    KmemCache faithful = cache("faithful", allocatingAreas());
    plain.lockIrqsave(f.cpu);
    faithful.alloc(f.cpu, Gfp.GFP_ATOMIC);
    plain.unlockIrqrestore(f.cpu);
    assertThat(f.reports())
        .hasAtLeastOneElementOfType(WaitContext.class)
        .hasAtLeastOneElementOfType(BeyondCaller.class)
        .allMatch(
            r -> r instanceof WaitContext || r instanceof MaySleep || r instanceof BeyondCaller);
  }

  /** What a caller allows, what its constructor does, and whether that is more. */
  enum Wait {
    NOWAIT_KERNEL(Gfp.GFP_NOWAIT, Gfp.GFP_KERNEL, true),
    NOWAIT_NOFS(Gfp.GFP_NOWAIT, Gfp.GFP_NOFS, true),
    NOWAIT_ATOMIC(Gfp.GFP_NOWAIT, Gfp.GFP_ATOMIC, false),
    NOFS_KERNEL(Gfp.GFP_NOFS, Gfp.GFP_KERNEL, true),
    NOFS_NOIO(Gfp.GFP_NOFS, Gfp.GFP_NOIO, false),
    KERNEL_KERNEL(Gfp.GFP_KERNEL, Gfp.GFP_KERNEL, false),
    KERNEL_NOWAIT(Gfp.GFP_KERNEL, Gfp.GFP_NOWAIT, false);

    private final int caller;
    private final int constructor;
    private final boolean more;

    Wait(int caller, int constructor, boolean more) {
      this.caller = caller;
      this.constructor = constructor;
      this.more = more;
    }
  }

  /** T-LD-36: a constructor's own flags, where nothing is held and no memory is short. */
  @ParameterizedTest
  @EnumSource(Wait.class)
  void constructorsKeepToTheirCallersFlags(Wait wait) {
    KmemCache cache =
        cache(
            "c",
            KmemCacheArgs.NONE.withCtor(
                (cpu, _, _) -> percpu.alloc(cpu, 16, 8, wait.constructor) == 0 ? -12 : 0));
    cache.alloc(f.cpu, wait.caller);
    assertThat(f.reports()).allMatch(BeyondCaller.class::isInstance);
    assertThat(f.reports().isEmpty()).isEqualTo(!wait.more);
  }

  @Test
  @DisplayName("T-LD-36: a mutex in a constructor is for callers that may wait")
  void mutexesInConstructors() {
    KmemCacheArgs args =
        KmemCacheArgs.NONE.withCtor((cpu, _, _) -> {
          mutex.lock(cpu);
          mutex.unlock(cpu);
          return 0;
        });
    cycle(cache("waits", args));
    assertThat(f.reports()).isEmpty();
    cache("hurries", args).alloc(f.cpu, Gfp.GFP_NOWAIT);
    assertThat(f.reports()).singleElement().isInstanceOf(BeyondCaller.class);
    assertThat(f.reports().getFirst().text())
        .contains("the constructor of hurries may wait, but not for file systems")
        .contains("the caller it runs for may not wait");
  }

  /** T-LD-22: a constructor that allocates from its own cache, or from another. */
  @Test
  void ownCache() {
    cycle(
        cache(
            "other",
            KmemCacheArgs.NONE.withCtor((cpu, _, gfp) -> {
              long helper = warm.alloc(cpu, gfp);
              warm.free(cpu, helper);
              return 0;
            })));
    assertThat(f.reports()).isEmpty();
    KmemCache[] own = new KmemCache[1];
    own[0] =
        cache(
            "own",
            KmemCacheArgs.NONE.withCtor((cpu, _, _) -> {
              if (armed) {
                armed = false;
                own[0].alloc(cpu, Gfp.GFP_ATOMIC);
              }
              return 0;
            }));
    armed = true;
    cycle(own[0]);
    assertThat(f.reports()).first().isInstanceOf(OwnCacheInConstructor.class);
  }

  @Test
  @DisplayName("T-LD-22: two constructors that allocate from each other's cache")
  void eachOthersCaches() {
    KmemCache[] caches = new KmemCache[2];
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      caches[i] =
          cache(
              "c" + i,
              KmemCacheArgs.NONE.withCtor((cpu, _, gfp) -> {
                if (armed) {
                  armed = false;
                  caches[other].alloc(cpu, gfp);
                }
                return 0;
              }));
    }
    armed = true;
    cycle(caches[0]);
    assertThat(f.reports()).isEmpty();
    caches[1].alloc(f.cpu, Gfp.GFP_KERNEL);
    cycle(caches[1]);
    armed = true;
    caches[1].allocBulk(f.cpu, Gfp.GFP_KERNEL, 64, new long[64]); // a new slab
    assertThat(f.reports()).first().isInstanceOf(CircularOrder.class);
  }

  // ---- callers ----

  /** T-LD-23: a caller that holds what the constructor takes, though none runs. */
  @Test
  void callersOfConstructors() {
    Mutex other = f.mutex("other mutex");
    KmemCache cache =
        cache(
            "c",
            KmemCacheArgs.NONE.withCtor((cpu, _, _) -> {
              mutex.lock(cpu);
              mutex.unlock(cpu);
              return 0;
            }));
    cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    other.lock(f.cpu);
    cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    other.unlock(f.cpu);
    assertThat(f.reports()).isEmpty();
    mutex.lock(f.cpu);
    cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    mutex.unlock(f.cpu);
    assertThat(f.reports()).singleElement().isInstanceOf(CircularOrder.class);
    assertThat(f.reports().getFirst().text()).contains("wants ctor(c) while it holds mutex");
  }

  /** T-LD-24: a caller that frees while it holds what the destructor takes, though none runs. */
  @Test
  void callersOfDestructors() {
    SpinLock leaf = f.leaf("leaf", 0);
    KmemCache cache =
        cache(
            "c",
            KmemCacheArgs.NONE
                .withCtor(NOTHING)
                .withDtor((cpu, _) -> {
                  leaf.lockIrqsave(cpu);
                  leaf.unlockIrqrestore(cpu);
                }));
    cycle(cache);
    long one = cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    long two = cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    plain.lockIrqsave(f.cpu);
    cache.free(f.cpu, one);
    plain.unlockIrqrestore(f.cpu);
    assertThat(f.reports()).isEmpty();
    leaf.lockIrqsave(f.cpu);
    cache.free(f.cpu, two);
    leaf.unlockIrqrestore(f.cpu);
    assertThat(f.reports())
        .hasSize(2)
        .hasAtLeastOneElementOfType(UnderLeaf.class)
        .hasAtLeastOneElementOfType(CircularOrder.class);
  }

  /** T-LD-37: who frees may do the worker's part when it may sleep, and only then. */
  @Test
  void callersOfDeferredDestructors() {
    DeferredDtor policy = new DeferredDtor(64, DeferredDtor.Credit.BY_WORKER);
    KmemCache cache =
        cache(
            "c",
            KmemCacheArgs.NONE
                .withCtor(NOTHING)
                .withDtor((cpu, _) -> {
                  mutex.lock(cpu);
                  mutex.unlock(cpu);
                  plain.lockIrqsave(cpu);
                  plain.unlockIrqrestore(cpu);
                })
                .withDeferredDtor(policy));
    cycle(cache);
    long one = cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    long two = cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    plain.lockIrqsave(f.cpu);
    cache.free(f.cpu, one);
    plain.unlockIrqrestore(f.cpu);
    assertThat(f.reports()).isEmpty();
    mutex.lock(f.cpu);
    cache.free(f.cpu, two);
    mutex.unlock(f.cpu);
    assertThat(f.reports()).singleElement().isInstanceOf(CircularOrder.class);
    assertThat(f.reports().getFirst().text()).contains("wants dtor(c) while it holds mutex");
  }

  /** T-LD-38: who frees or reclaims may hold what a destructor takes that waits for trims. */
  @Test
  void callersOfTrimmedDestructors() {
    KmemCache cache =
        cache(
            "c",
            KmemCacheArgs.NONE
                .withCtor(NOTHING)
                .withDtor((cpu, _) -> {
                  mutex.lock(cpu);
                  mutex.unlock(cpu);
                })
                .withDeferredDtor(DeferredDtor.BY_TRIM));
    cycle(cache);
    long object = cache.alloc(f.cpu, Gfp.GFP_KERNEL);
    mutex.lock(f.cpu);
    cache.free(f.cpu, object);
    f.cpu.setTaskFlags(Cpu.PF_MEMALLOC);
    cache.shrink(f.cpu);
    f.cpu.setTaskFlags(0);
    mutex.unlock(f.cpu);
    assertThat(cache.deferredStats().backlog()).isPositive();
    cache.shrink(f.cpu);
    assertThat(cache.deferredStats().backlog()).isZero();
    assertThat(f.reports()).isEmpty();
    mutex.lock(f.cpu);
    cache.shrink(f.cpu);
    mutex.unlock(f.cpu);
    assertThat(f.reports()).first().isInstanceOf(CircularOrder.class);
    assertThat(f.reports().getFirst().text()).contains("wants deferred_dtor while it holds mutex");
  }
}
