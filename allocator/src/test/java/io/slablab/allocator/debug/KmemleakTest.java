package io.slablab.allocator.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.slablab.allocator.debug.KmemleakReport.Kind;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.percpu.PercpuConfig;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.PersistentRange;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import io.slablab.allocator.slub.WatchArgs;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KMEMLEAK on objects that refer to one another and own areas. */
class KmemleakTest {
  private static final int GFP = Gfp.GFP_KERNEL;
  private static final int AREA = 8;

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final Cpu cpu = machine.enter(0);
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
  private final Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL));
  private final Percpu percpu = new Percpu(machine, pages, PercpuConfig.defaults());
  private final Memory memory = slub.memory();
  private DebugFeatures debug = DebugFeatures.install(machine, pages, slub, DebugConfig.NONE);
  private PercpuAreas areas = percpu;

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private Kmemleak install(boolean faithful) {
    DebugConfig config = DebugConfig.of(DebugFeature.KMEMLEAK).withFaithful(faithful);
    debug = DebugFeatures.install(machine, pages, slub, config);
    areas = debug.areas(percpu);
    return debug.kmemleak().orElseThrow();
  }

  private KmemCache plain() {
    KmemCacheArgs args = KmemCacheArgs.NONE;
    return slub.create(cpu, "plain", 64, args);
  }

  private long zeroed(KmemCache cache) {
    long object = cache.alloc(cpu, GFP);
    memory.fill(object, 64, (byte) 0);
    return object;
  }

  private KmemCacheArgs areaByCtor() {
    return KmemCacheArgs.NONE
        .withCtor((c, object, gfp) -> {
          memory.fill(object, 64, (byte) 0);
          memory.putLong(object + AREA, areas.alloc(c, 24, 8, gfp));
          return 0;
        })
        .withDtor((c, object) -> areas.free(c, memory.getLong(object + AREA)));
  }

  @Test
  void whatIsReachedFromARootIsNoLeakAndTheRestIs() {
    Kmemleak leaks = install(false);
    KmemCache cache = plain();
    long root = zeroed(cache);
    long second = zeroed(cache);
    long third = zeroed(cache);
    long lost = zeroed(cache);
    memory.putLong(root + 8, second + 16); // into the middle
    memory.putLong(second + 56, third);
    memory.putLong(third, areas.alloc(cpu, 100, 4, GFP));
    long lostArea = areas.alloc(cpu, 100, 4, GFP);
    List<KmemleakReport> found = leaks.scan(cpu, List.of(root));
    assertThat(found)
        .extracting(KmemleakReport::kind, KmemleakReport::address)
        .containsExactly(tuple(Kind.OBJECT, lost), tuple(Kind.PERCPU_AREA, lostArea));
    assertThat(found.getFirst().bytes()).isEqualTo(64);
    assertThat(found.getFirst().allocated().cpu()).isZero();
    assertThat(found.getFirst().text()).contains("unreferenced object of plain");
    assertThat(debug.reports().count()).isEqualTo(2);
  }

  /** 9.3: among live objects on a list, one that is lost; faithful takes their links for uses. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLiveNeighbourOnAListHidesALostObjectOnlyFaithfully(boolean faithful) {
    Kmemleak leaks = install(faithful);
    WatchArgs links = WatchArgs.NONE.withLinks(new PersistentRange(16, 16));
    KmemCache cache = slub.create(cpu, "linked", 64, KmemCacheArgs.NONE.withWatch(links));
    long before = zeroed(cache);
    long lost = zeroed(cache);
    long after = zeroed(cache);
    memory.putLong(before + 16, lost + 16);
    memory.putLong(after + 24, lost + 16);
    memory.putLong(after + 24 + Long.BYTES, zeroed(cache)); // behind the links: a reference
    assertThat(leaks.scan(cpu, List.of(before, after)))
        .extracting(KmemleakReport::address)
        .isEqualTo(faithful ? List.of() : List.of(lost));
  }

  @Test
  void whatIsFreedIsForgotten() {
    Kmemleak leaks = install(false);
    KmemCache cache = plain();
    long[] pointers = new long[3];
    assertThat(areas.allocBulk(cpu, 16, 8, GFP, 3, pointers)).isEqualTo(3);
    long object = zeroed(cache);
    assertThat(leaks.objects()).isOne();
    assertThat(leaks.areas()).isEqualTo(3);
    areas.freeBulk(cpu, pointers, 2);
    areas.free(cpu, pointers[2]);
    cache.free(cpu, object);
    assertThat(leaks.scan(cpu, List.of())).isEmpty();
    assertThat(leaks.objects() + leaks.areas()).isZero();
  }

  @Test
  void theAreaOfAFreeConstructedObjectIsNoLeak() {
    Kmemleak leaks = install(false);
    KmemCache cache = slub.create(cpu, "owner", 64, areaByCtor());
    cache.free(cpu, cache.alloc(cpu, GFP));
    assertThat(leaks.areas()).isEqualTo((int) cache.stats().totalObjects());
    assertThat(leaks.scan(cpu, List.of())).isEmpty();
    slub.destroy(cpu, cache);
    assertThat(leaks.areas()).isZero();
  }

  /** What a mark on areas that constructors own would hide. */
  @Test
  void theAreaThatAFreeObjectLostIsALeak() {
    Kmemleak leaks = install(false);
    KmemCache cache = slub.create(cpu, "owner", 64, areaByCtor());
    long object = cache.alloc(cpu, GFP);
    long area = memory.getLong(object + AREA);
    memory.putLong(object + AREA, 0);
    cache.free(cpu, object);
    assertThat(leaks.scan(cpu, List.of()))
        .extracting(KmemleakReport::address)
        .containsExactly(area);
  }

  @Test
  void aFreeObjectsLinkToALeakedOneDoesNotHideIt() {
    Kmemleak leaks = install(false);
    KmemCache cache = slub.create(cpu, "owner", 64, areaByCtor());
    long free = cache.alloc(cpu, GFP);
    long lost = cache.alloc(cpu, GFP);
    memory.putLong(free + 32, lost);
    cache.free(cpu, free);
    assertThat(leaks.scan(cpu, List.of()))
        .extracting(KmemleakReport::address)
        .containsExactly(lost);
  }

  @Test
  void faithfulTakesTheAreasOfFreeObjectsForLeaks() {
    Kmemleak leaks = install(true);
    KmemCache cache = slub.create(cpu, "owner", 64, areaByCtor());
    long used = cache.alloc(cpu, GFP);
    cache.free(cpu, cache.alloc(cpu, GFP));
    assertThat(leaks.scan(cpu, List.of(used)))
        .hasSize((int) cache.stats().totalObjects() - 1)
        .allMatch(report -> report.kind() == Kind.PERCPU_AREA);
  }

  @Test
  void aCacheMayAskNotToBeLookedAfter() {
    Kmemleak leaks = install(false);
    KmemCacheArgs args = KmemCacheArgs.NONE.withFlags(SlabFlags.NOLEAKTRACE);
    slub.create(cpu, "quiet", 64, args).alloc(cpu, GFP);
    assertThat(leaks.objects()).isZero();
  }
}
