package io.slablab.allocator.debug;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.debug.DebugObjectsReport.Kind;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuConfig;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.PersistentRange;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import io.slablab.allocator.slub.WatchArgs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DEBUG_OBJECTS on timers of its own and on percpu_counters in objects of a cache. */
class DebugObjectsTest {
  private static final int GFP = Gfp.GFP_KERNEL;
  private static final int FBC = 64;
  private static final int COUNTERS = 2;

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final Cpu cpu = machine.enter(0);
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
  private final Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL));
  private final Percpu percpu = new Percpu(machine, pages, PercpuConfig.defaults());
  private final List<Long> ended = new ArrayList<>();
  private final ObjectDescr timer = new ObjectDescr("timer", (_, object) -> ended.add(object));
  private DebugFeatures debug = DebugFeatures.install(machine, pages, slub, DebugConfig.NONE);
  private PercpuCounters counters = debug.counters(percpu, percpu);

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private DebugObjects install(boolean faithful) {
    DebugConfig config = DebugConfig.of(DebugFeature.DEBUG_OBJECTS).withFaithful(faithful);
    debug = DebugFeatures.install(machine, pages, slub, config);
    counters = debug.counters(percpu, percpu);
    return debug.debugObjects().orElseThrow();
  }

  private List<Kind> found() {
    return debug.reports().of(DebugObjectsReport.class).stream()
        .map(DebugObjectsReport::kind)
        .toList();
  }

  private KmemCacheArgs countersByCtor() {
    return KmemCacheArgs.NONE
        .withCtor((c, object, gfp) -> counters.initMany(c, object + FBC, 0, gfp, COUNTERS))
        .withDtor((c, object) -> counters.destroyMany(c, object + FBC, COUNTERS));
  }

  @Test
  void statesForbidSteps() {
    DebugObjects tracker = install(false);
    tracker.deactivate(cpu, 4096, timer);
    tracker.activate(cpu, 4096, timer);
    tracker.activate(cpu, 4096, timer);
    tracker.init(cpu, 4096, timer);
    tracker.activate(cpu, 4096, timer);
    tracker.deactivate(cpu, 4096, timer);
    tracker.deactivate(cpu, 4096, timer);
    tracker.forget(cpu, 4096);
    assertThat(found())
        .containsExactly(
            Kind.DEACTIVATE_INACTIVE,
            Kind.ACTIVATE_ACTIVE,
            Kind.INIT_ACTIVE,
            Kind.DEACTIVATE_INACTIVE);
    assertThat(tracker.active()).isZero();
  }

  @Test
  void whatIsInUseInFreedMemoryIsReportedAndEnded() {
    DebugObjects tracker = install(false);
    KmemCache cache = slub.create(cpu, "plain", 200, KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, GFP);
    long neighbour = cache.alloc(cpu, GFP);
    tracker.activate(cpu, object + 192, timer);
    tracker.activate(cpu, neighbour, timer);
    tracker.init(cpu, object, timer);
    cache.free(cpu, object);
    assertThat(found()).containsExactly(Kind.FREE_ACTIVE);
    assertThat(ended).containsExactly(object + 192);
    assertThat(tracker.active()).isOne();
    assertThat(debug.reports().list().getFirst().text()).contains("free active").contains("timer");
  }

  @Test
  void aConstructedCounterMayStayInUseInAFreeObject() {
    DebugObjects tracker = install(false);
    KmemCache cache = slub.create(cpu, "constructed", 200, countersByCtor());
    long object = cache.alloc(cpu, GFP);
    cache.free(cpu, object);
    assertThat(tracker.active()).isEqualTo(COUNTERS * cache.stats().totalObjects());
    slub.destroy(cpu, cache);
    assertThat(found()).isEmpty();
    assertThat(tracker.active()).isZero();
    assertThat(percpu.stats().invalidFrees()).isZero();
  }

  @Test
  void aDestructorThatForgetsACounterIsFound() {
    install(false);
    KmemCacheArgs args = countersByCtor().withDtor((_, _) -> {});
    KmemCache cache = slub.create(cpu, "forgets", 200, args);
    cache.free(cpu, cache.alloc(cpu, GFP));
    long objects = cache.stats().totalObjects();
    assertThat(found()).isEmpty();
    slub.destroy(cpu, cache);
    assertThat(found()).hasSize((int) (COUNTERS * objects)).containsOnly(Kind.FREE_ACTIVE);
  }

  @Test
  void outsideOfWhatPersistsAFreeIsSearchedAtOnce() {
    DebugObjects tracker = install(false);
    PersistentRange range = new PersistentRange(FBC, COUNTERS * PercpuCounters.BYTES);
    KmemCacheArgs args = countersByCtor().withWatch(WatchArgs.NONE.withPersistent(range));
    KmemCache cache = slub.create(cpu, "constructed", 200, args);
    long object = cache.alloc(cpu, GFP);
    tracker.activate(cpu, object + 8, timer);
    tracker.activate(cpu, object + range.end(), timer);
    cache.free(cpu, object);
    assertThat(found()).containsExactly(Kind.FREE_ACTIVE, Kind.FREE_ACTIVE);
    assertThat(ended).containsExactly(object + 8, object + range.end());
  }

  @Test
  void faithfulWarnsFalselyAndEndsWhatTheConstructorOwns() {
    install(true);
    KmemCache cache = slub.create(cpu, "constructed", 200, countersByCtor());
    long object = cache.alloc(cpu, GFP);
    long bytes = percpu.stats().liveBytes();
    long pieces = slub.memory().getLong(object + FBC + 32);
    assertThat(pieces).isNotZero();
    cache.free(cpu, object);
    assertThat(found()).containsExactly(Kind.FREE_ACTIVE, Kind.FREE_ACTIVE);
    assertThat(slub.memory().getLong(object + FBC + 32)).as("the next life's pieces").isZero();
    assertThat(percpu.stats().liveBytes()).isEqualTo(bytes - COUNTERS * 4);
    assertThat(percpu.stats().invalidFrees())
        .as("a counter that shared its neighbour's area frees the middle of it")
        .isEqualTo(COUNTERS - 1);
  }

  @Test
  void aCacheMayAskNotToBeSearched() {
    DebugObjects tracker = install(true);
    KmemCacheArgs args = countersByCtor().withFlags(SlabFlags.DEBUG_OBJECTS);
    KmemCache cache = slub.create(cpu, "constructed", 200, args);
    cache.free(cpu, cache.alloc(cpu, GFP));
    slub.destroy(cpu, cache);
    assertThat(found()).isEmpty();
    assertThat(tracker.active()).isZero();
  }

  @Test
  void countersAreTrackedAsTheyAreMadeAndEnded() {
    DebugObjects tracker = install(false);
    KmemCache cache = slub.create(cpu, "plain", 200, KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, GFP);
    counters.initMany(cpu, object, 0, GFP, COUNTERS);
    assertThat(tracker.active()).isEqualTo(COUNTERS);
    counters.initMany(cpu, object, 0, GFP, COUNTERS);
    assertThat(found()).containsExactly(Kind.INIT_ACTIVE, Kind.INIT_ACTIVE);
    counters.destroyMany(cpu, object, COUNTERS);
    assertThat(tracker.active()).isZero();
  }
}
