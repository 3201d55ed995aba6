package io.slablab.allocator.debug;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.debug.KasanReport.Kind;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.slub.DestroyResult;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.allocator.slub.PersistentRange;
import io.slablab.allocator.slub.Sheaves;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.allocator.slub.Slub;
import io.slablab.allocator.slub.SlubConfig;
import io.slablab.allocator.slub.WatchArgs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KASAN on caches of its own: shadow, redzones, quarantine, constructors and destructors. */
class KasanTest {
  private static final int GFP = Gfp.GFP_KERNEL;
  private static final int PAGES = 8192;

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final Cpu cpu = machine.enter(0);
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(PAGES));
  private final Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL));
  private DebugFeatures debug = DebugFeatures.install(machine, pages, slub, DebugConfig.NONE);

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private KmemCache cache(int bytes, KmemCacheArgs args, boolean faithful) {
    DebugConfig config = DebugConfig.of(DebugFeature.KASAN).withFaithful(faithful);
    debug = DebugFeatures.install(machine, pages, slub, config);
    return slub.create(cpu, "watched", bytes, args);
  }

  private Memory memory() {
    return debug.memory();
  }

  private Kasan kasan() {
    return debug.kasan().orElseThrow();
  }

  private List<Kind> found() {
    return debug.reports().of(KasanReport.class).stream().map(KasanReport::kind).toList();
  }

  private KasanReport only() {
    assertThat(found()).hasSize(1);
    return debug.reports().of(KasanReport.class).getFirst();
  }

  @Test
  void anObjectIsOpenFromItsAllocationToItsFree() {
    KmemCache cache = cache(204, KmemCacheArgs.NONE, false);
    long object = cache.alloc(cpu, GFP);
    memory().fill(object, 204, (byte) 1);
    memory().putLong(object + 192, 2);
    assertThat(found()).isEmpty();
    assertThat(kasan().shadowOf(object)).isZero();
    assertThat(kasan().shadowOf(object + 200)).isEqualTo(4);
    assertThat(kasan().shadowOf(object + 208)).isEqualTo(0xFC);
    cache.free(cpu, object);
    assertThat(kasan().shadowOf(object)).isEqualTo(0xFA);
    assertThat(kasan().shadowOf(object + 8)).isEqualTo(0xFB);
    assertThat(kasan().shadowOf(object + 200)).isEqualTo(0xFB);
  }

  /** 2.1, INV-SLUB-11: RCU readers may look at a free object, until its slab ends. */
  @Test
  void aFreeObjectOfATypesafeCacheStaysOpenForItsReaders() {
    KmemCacheArgs args = KmemCacheArgs.NONE.withFlags(SlabFlags.TYPESAFE_BY_RCU);
    KmemCache cache = cache(200, args, false);
    long object = cache.alloc(cpu, GFP);
    memory().fill(object, 200, (byte) 7);
    slub.rcu().readLock(cpu);
    cache.free(cpu, object);
    for (int at = 0; at < 200; at++) {
      assertThat(memory().getByte(object + at)).isEqualTo((byte) 7);
    }
    slub.rcu().readUnlock(cpu);
    assertThat(found()).isEmpty();
    assertThat(kasan().quarantinedBytes()).isZero();
    memory().getByte(object + 200); // its neighbourhood is watched as always
    assertThat(only().kind()).isEqualTo(Kind.SLAB_OUT_OF_BOUNDS);
    assertThat(slub.destroy(cpu, cache).destroyed()).isTrue();
    memory().getByte(object);
    assertThat(found()).endsWith(Kind.USE_AFTER_FREE);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 204, 207, 240})
  void anAccessOutsideOfTheObjectIsOutOfBounds(int offset) {
    KmemCache cache = cache(204, KmemCacheArgs.NONE, false);
    cache.alloc(cpu, GFP);
    long object = cache.alloc(cpu, GFP);
    memory().putByte(object + offset, (byte) 1);
    assertThat(only().kind()).isEqualTo(Kind.SLAB_OUT_OF_BOUNDS);
    assertThat(only().address()).isEqualTo(object + offset);
    assertThat(only().text()).contains("slab-out-of-bounds").contains("write of 1 bytes");
  }

  @Test
  void anAccessThatReachesOverTheEndIsBadFromThere() {
    KmemCache cache = cache(204, KmemCacheArgs.NONE, false);
    long object = cache.alloc(cpu, GFP);
    memory().fill(object, 205, (byte) 1);
    assertThat(only().address()).isEqualTo(object + 204);
    assertThat(only().object()).isEqualTo(object);
    assertThat(only().bytes()).isEqualTo(205);
    assertThat(only().allocated().cpu()).isZero();
    assertThat(only().freed()).isEqualTo(Track.NONE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAccessToAFreedObjectSaysWhoFreedIt(boolean sheaves) {
    KmemCache cache = cache(200, KmemCacheArgs.NONE, false);
    Sheaves front = sheaves ? slub.sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY) : null;
    long object = front == null ? cache.alloc(cpu, GFP) : front.alloc(cpu, GFP);
    Cpu other = machine.enter(1);
    if (front == null) {
      cache.free(other, object);
    } else {
      front.free(other, object);
    }
    machine.leave(other);
    memory().getInt(object + 100);
    assertThat(only().kind()).isEqualTo(Kind.SLAB_USE_AFTER_FREE);
    assertThat(only().write()).isFalse();
    assertThat(only().shadow()).isEqualTo(0xFB);
    assertThat(only().allocated().cpu()).isZero();
    assertThat(only().freed().cpu()).isEqualTo(1);
    assertThat(only().freed().stack()).isNotEmpty();
  }

  @Test
  void aDoubleFreeAndAFreeOfWhatIsNoObjectAreReportedAndDoNothing() {
    KmemCache cache = cache(200, KmemCacheArgs.NONE, false);
    long object = cache.alloc(cpu, GFP);
    long other = cache.alloc(cpu, GFP);
    cache.free(cpu, object);
    cache.free(cpu, object);
    cache.free(cpu, other + 8);
    cache.free(cpu, pages.alloc(cpu, 0, GFP, 0));
    assertThat(found()).containsExactly(Kind.DOUBLE_FREE, Kind.INVALID_FREE, Kind.INVALID_FREE);
    cache.free(cpu, other);
    assertThat(slub.destroy(cpu, cache).destroyed()).isTrue();
  }

  @Test
  void aPageThatLeftItsSlabIsClosed() {
    KmemCache cache = cache(200, KmemCacheArgs.NONE, false);
    long object = cache.alloc(cpu, GFP);
    cache.free(cpu, object);
    cache.shrink(cpu);
    memory().getLong(object);
    assertThat(only().kind()).isEqualTo(Kind.USE_AFTER_FREE);
    assertThat(only().cache()).isEmpty();
  }

  // ---- quarantine ----

  @Test
  void freedObjectsWaitAndAreReusedWhenThereAreEnough() {
    KmemCache cache = cache(2000, KmemCacheArgs.NONE, false);
    long first = cache.alloc(cpu, GFP);
    cache.free(cpu, first);
    assertThat(kasan().quarantinedBytes()).isEqualTo(cache.geometry().size());
    assertThat(cache.stats().objectsInUse()).isOne();
    int lives = (int) (4 * Quarantine.CPU_BYTES / cache.geometry().size());
    boolean reused = false;
    for (int i = 0; i < lives; i++) {
      long object = cache.alloc(cpu, GFP);
      reused |= object == first;
      assertThat(i < 400 && reused).as("reused after %d", i).isFalse();
      memory().fill(object, 2000, (byte) i);
      cache.free(cpu, object);
    }
    assertThat(reused).isTrue();
    assertThat(kasan().quarantinedBytes())
        .isLessThanOrEqualTo(2 * Quarantine.CPU_BYTES + cache.geometry().size());
    assertThat(found()).isEmpty();
    cache.verify();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(new DestroyResult(true, 0, List.of()));
    assertThat(kasan().quarantinedBytes()).isZero();
  }

  @Test
  void aCacheThatIsShrunkGetsItsObjectsBackAndNoOther() {
    KmemCache cache = cache(200, KmemCacheArgs.NONE, false);
    KmemCache other = slub.create(cpu, "other", 300, KmemCacheArgs.NONE);
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      live.add(cache.alloc(cpu, GFP));
      other.free(cpu, other.alloc(cpu, GFP));
    }
    Cpu second = machine.enter(1);
    live.forEach(object -> cache.free(second, object));
    machine.leave(second);
    cache.shrink(cpu);
    assertThat(cache.stats().objectsInUse()).isZero();
    assertThat(other.stats().objectsInUse()).isEqualTo(100);
    assertThat(kasan().quarantinedBytes()).isEqualTo(100L * other.geometry().size());
    other.shrink(cpu);
    assertThat(kasan().quarantinedBytes()).isZero();
    cache.verify();
    other.verify();
  }

  // ---- constructors and destructors ----

  @Test
  void cachesAreNeverMergedAndKeepTheirMetadataOffConstructedBytes() {
    KmemCache plain = cache(200, KmemCacheArgs.NONE, false);
    assertThat(slub.create(cpu, "again", 200, KmemCacheArgs.NONE)).isNotSameAs(plain);
    KmemCache dtorOnly = slub.create(cpu, "dtor", 200, KmemCacheArgs.NONE.withDtor((_, _) -> {}));
    long object = dtorOnly.alloc(cpu, GFP);
    memory().fill(object, 200, (byte) 7);
    dtorOnly.free(cpu, object);
    assertThat(slub.memory().getByte(object)).isEqualTo((byte) 7);
    assertThat(slub.memory().getByte(object + 15)).isEqualTo((byte) 7);
  }

  @Test
  void faithfulPredicatesAskForAConstructorAloneAndWriteIntoWhatADestructorNeeds() {
    KmemCache dtorOnly = cache(200, KmemCacheArgs.NONE.withDtor((_, _) -> {}), true);
    long object = dtorOnly.alloc(cpu, GFP);
    memory().fill(object, 200, (byte) 7);
    dtorOnly.free(cpu, object);
    assertThat(slub.memory().getLong(object + 8)).isNotEqualTo(0x0707_0707_0707_0707L);
  }

  /** Defect 13.7: a destructor runs on poisoned memory. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDestructorRunsOnAnOpenObjectUnlessFaithful(boolean faithful) {
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withCtor((_, object, _) -> touch(object))
            .withDtor((_, object) -> touch(object));
    KmemCache cache = cache(200, args, faithful);
    cache.free(cpu, cache.alloc(cpu, GFP));
    assertThat(found()).isEmpty();
    slub.destroy(cpu, cache);
    if (faithful) {
      assertThat(found()).contains(Kind.SLAB_USE_AFTER_FREE);
    } else {
      assertThat(found()).isEmpty();
    }
  }

  private int touch(long object) {
    memory().putLong(object, memory().getLong(object) + 1);
    return 0;
  }

  /** Defect 13.7: a failed constructor leaves its object's shadow unpoisoned. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anObjectWhoseConstructorFailedIsClosedUnlessFaithful(boolean faithful) {
    List<Long> constructed = new ArrayList<>();
    long[] failed = new long[1];
    boolean[] open = new boolean[1];
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withCtor((_, object, _) -> {
              constructed.add(object);
              failed[0] = object;
              return constructed.size() < 3 ? 0 : -12;
            })
            .withDtor((_, _) -> open[0] |= kasan().accessible(failed[0], 8));
    KmemCache cache = cache(200, args, faithful);
    assertThat(cache.alloc(cpu, GFP)).isZero();
    assertThat(open[0]).isEqualTo(faithful);
  }

  @Test
  void whatPersistsOfAFreeObjectIsOpenToOthersAndTheRestIsNot() {
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withCtor((_, _, _) -> 0)
            .withDtor((_, _) -> {})
            .withWatch(WatchArgs.NONE.withPersistent(new PersistentRange(64, 32)));
    KmemCache cache = cache(200, args, false);
    long object = cache.alloc(cpu, GFP);
    cache.free(cpu, object);
    memory().fill(object + 64, 32, (byte) 1);
    assertThat(found()).isEmpty();
    memory().putByte(object + 63, (byte) 1);
    memory().putByte(object + 96, (byte) 1);
    cache.free(cpu, object);
    assertThat(found())
        .containsExactly(Kind.SLAB_USE_AFTER_FREE, Kind.SLAB_USE_AFTER_FREE, Kind.DOUBLE_FREE);
  }

  @Test
  void aDoubleFreeIsSeenAlsoWhereTheFirstBytesPersist() {
    KmemCacheArgs args =
        KmemCacheArgs.NONE
            .withCtor((_, _, _) -> 0)
            .withWatch(WatchArgs.NONE.withPersistent(new PersistentRange(0, 64)));
    KmemCache cache = cache(200, args, false);
    long object = cache.alloc(cpu, GFP);
    cache.free(cpu, object);
    cache.free(cpu, object);
    assertThat(only().kind()).isEqualTo(Kind.DOUBLE_FREE);
  }
}
