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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SlubTest {
  private static final int CPUS = 4;
  private final Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 2));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(16_384));

  @AfterEach
  void close() {
    machine.close();
  }

  private Slub slub(SlubConfig config) {
    return new Slub(machine, pages, config);
  }

  private void assertAllPagesBack(Cpu cpu) {
    pages.drainAll(cpu);
    pages.verify(0);
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void theLastFreedObjectComesBackFirst(MemoryMode mode) {
    Slub slub = slub(SlubConfig.defaults(mode));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    long a = cache.alloc(cpu, Gfp.GFP_KERNEL);
    long b = cache.alloc(cpu, Gfp.GFP_KERNEL);
    assertThat(a).isNotZero().isNotEqualTo(b);
    cache.free(cpu, a);
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isEqualTo(a);
    assertThat(cache.stats().event(Stat.ALLOC_FASTPATH)).isEqualTo(2);
    assertThat(cache.stats().event(Stat.FREE_FASTPATH)).isEqualTo(1);
    cache.verify();
  }

  /** T-CD-6. */
  @Test
  void cachesMergeUnlessTheyConstruct() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache a = slub.create(cpu, "a", 252, KmemCacheArgs.NONE);
    assertThat(slub.create(cpu, "b", 256, KmemCacheArgs.NONE)).isSameAs(a);
    KmemCacheArgs ctor = KmemCacheArgs.NONE.withCtor((_, _, _) -> 0);
    KmemCache c = slub.create(cpu, "c", 248, ctor);
    assertThat(c).isNotSameAs(a);
    assertThat(slub.create(cpu, "d", 256, KmemCacheArgs.NONE.withFlags(SlabFlags.NO_MERGE)))
        .isNotSameAs(a);
    assertThat(slub.destroy(cpu, a).destroyed()).isFalse();
    assertThat(slub.destroy(cpu, a).destroyed()).isTrue();
    KmemCacheArgs dtor = KmemCacheArgs.NONE.withDtor((_, _) -> {});
    for (KmemCache made : List.of(c, slub.create(cpu, "made", 504, dtor))) {
      KmemCache later = slub.create(cpu, "later", made.geometry().size(), KmemCacheArgs.NONE);
      assertThat(later.geometry().size()).as("would fit").isEqualTo(made.geometry().size());
      assertThat(later).isNotSameAs(made);
    }
  }

  /** 2.5: a free object shows its successor's address, unless it is hardened. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFreePointerIsPlainUnlessHardened(boolean hardened) {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.FULL).withHardenedFreelist(hardened));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    long first = cache.alloc(cpu, Gfp.GFP_KERNEL);
    long second = cache.alloc(cpu, Gfp.GFP_KERNEL);
    cache.free(cpu, first);
    cache.free(cpu, second);
    long stored = slub.memory().getLong(second + cache.geometry().offset());
    assertThat(stored == first).isNotEqualTo(hardened);
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isEqualTo(second);
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isEqualTo(first);
    cache.verify();
  }

  /** T-CD-7. */
  @Test
  void freeDoesNotTouchAConstructedObject() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.FULL));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE.withCtor((_, _, _) -> 0));
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    slub.memory().fill(object, 64, (byte) 0x5c);
    cache.free(cpu, object);
    for (int i = 0; i < 64; i++) {
      assertThat(slub.memory().getByte(object + i)).isEqualTo((byte) 0x5c);
    }
  }

  /** T-CD-8. */
  @Test
  void zeroingAConstructedObjectIsRefused() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE.withDtor((_, _) -> {}));
    assertThatThrownBy(() -> cache.alloc(cpu, Gfp.GFP_KERNEL | Gfp.ZERO))
        .hasMessageContaining("constructed state");
    KmemCache plain = slub.create(cpu, "p", 64, KmemCacheArgs.NONE);
    long object = plain.alloc(cpu, Gfp.GFP_KERNEL);
    slub.memory().fill(object, 64, (byte) 1);
    plain.free(cpu, object);
    assertThat(plain.alloc(cpu, Gfp.GFP_KERNEL | Gfp.ZERO)).isEqualTo(object);
    assertThat(slub.memory().getLong(object + 56)).isZero();
  }

  /** T-CD-9. */
  @Test
  void theLastRemoteFreeDestructsOnTheFreeingCpu() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META).withCpuPartial(false));
    Cpu owner = machine.enter(0);
    List<Integer> destructedOn = new ArrayList<>();
    KmemCache cache =
        slub.create(
            owner,
            "c",
            2040,
            KmemCacheArgs.NONE
                .withCtor((_, _, _) -> 0)
                .withDtor((cpu, _) -> destructedOn.add(cpu.id())));
    int keep = (cache.geometry().minPartial() + 3) * cache.geometry().objects();
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < keep; i++) {
      live.add(cache.alloc(owner, Gfp.GFP_KERNEL));
    }
    machine.leave(owner);
    Cpu other = machine.enter(3);
    live.forEach(object -> cache.free(other, object));
    assertThat(destructedOn).isNotEmpty().containsOnly(3);
    machine.leave(other);
    cache.verify();
  }

  /** T-SLUB-9. */
  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void aLeakedObjectIsReportedAtDestroy(MemoryMode mode) {
    Slub slub = slub(SlubConfig.defaults(mode));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    long leaked = cache.alloc(cpu, Gfp.GFP_KERNEL);
    cache.free(cpu, cache.alloc(cpu, Gfp.GFP_KERNEL));
    DestroyResult result = slub.destroy(cpu, cache);
    assertThat(result.destroyed()).isFalse();
    assertThat(result.objectsRemaining()).isEqualTo(1);
    long slab = leaked & -PageAllocator.PAGE_BYTES;
    assertThat(result.errors())
        .containsExactly(
            new SlabError.ObjectsRemaining("c", slab, List.of(leaked)),
            new SlabError.CacheStillHasObjects("c", 1));
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void anObjectFreedTwiceInARowIsCaught(MemoryMode mode) {
    Slub slub = slub(SlubConfig.defaults(mode));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    cache.free(cpu, object);
    assertThatThrownBy(() -> cache.free(cpu, object)).hasMessageContaining("double free");
  }

  @Test
  void aWildWriteOverAFreePointerIsCaught() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.FULL));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
    cache.free(cpu, object);
    slub.memory().putLong(object + cache.geometry().offset(), 12345);
    assertThatThrownBy(() -> cache.alloc(cpu, Gfp.GFP_KERNEL))
        .hasMessageContaining("free pointer corrupt");
  }

  @Test
  void zeroingAnAliasCoversItsLargerObject() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    slub.create(cpu, "a", 249, KmemCacheArgs.NONE);
    KmemCache alias = slub.create(cpu, "b", 256, KmemCacheArgs.NONE);
    long object = alias.alloc(cpu, Gfp.GFP_KERNEL);
    slub.memory().fill(object, 256, (byte) 1);
    alias.free(cpu, object);
    assertThat(alias.alloc(cpu, Gfp.GFP_KERNEL | Gfp.ZERO)).isEqualTo(object);
    assertThat(slub.memory().getByte(object + 255)).isZero();
  }

  @Test
  void anAllocationOfANodeComesFromIt() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 512, KmemCacheArgs.NONE);
    for (int i = 0; i < 100; i++) {
      int node = i / 3 % 2;
      assertThat(pages.nodeOf(cache.allocNode(cpu, Gfp.GFP_KERNEL, node))).isEqualTo(node);
    }
    assertThat(cache.stats().event(Stat.ALLOC_NODE_MISMATCH)).isPositive();
    cache.verify();
  }

  @Test
  void aPreferredNodeWithoutPagesIsReplacedAndARequiredOneIsNot() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 4096, KmemCacheArgs.NONE);
    int only = Gfp.GFP_KERNEL | Gfp.THISNODE;
    while (cache.allocNode(cpu, only, 1) != 0) {
      // until the node is at its mark
    }
    assertThat(pages.nodeOf(cache.allocNode(cpu, Gfp.GFP_KERNEL, 1))).isZero();
    assertThat(cache.allocNode(cpu, only, 1)).isZero();
    cache.verify();
  }

  @Test
  void aSlabFallsBackToTheLeastOrder() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 1408, KmemCacheArgs.NONE);
    pages.setFailurePolicy((_, order, _) -> order > cache.geometry().minOrder());
    assertThat(cache.alloc(cpu, Gfp.GFP_KERNEL)).isNotZero();
    assertThat(cache.stats().event(Stat.ORDER_FALLBACK)).isEqualTo(1);
    assertThat(cache.stats().totalObjects()).isEqualTo(cache.geometry().minOrderObjects());
    cache.verify();
  }

  @Test
  void shrinkSortsFullestFirstAndGivesEmptySlabsBack() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    int perSlab = cache.geometry().objects();
    long[] objects = new long[6 * perSlab];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    for (int slab = 0; slab < 6; slab++) {
      int freed = slab == 5 ? perSlab : slab + 1;
      for (int i = 0; i < freed; i++) {
        cache.free(cpu, objects[slab * perSlab + i]);
      }
    }
    assertThat(cache.shrink(cpu)).isTrue();
    cache.verify();
    assertThat(cache.stats().slabs()).isEqualTo(5);
    int last = 0;
    for (Slab slab = cache.nodes[0].head; slab != null; slab = slab.next) {
      int free = slab.objects() - SlabWord.inuse(slab.word.peek());
      assertThat(free).isGreaterThan(last);
      last = free;
    }
  }

  /** A CPU's partial stack is drained to the node when it is at its limit before a push. */
  @Test
  void fullPartialStacksDrainToTheNode() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 256, KmemCacheArgs.NONE);
    int perSlab = cache.geometry().objects();
    int limit = cache.geometry().cpuPartialSlabs();
    long[] objects = new long[(limit + 2) * perSlab];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    for (int slab = 0; slab <= limit; slab++) {
      assertThat(cache.stats().cpuPartialSlabs()).isEqualTo(slab);
      cache.free(cpu, objects[slab * perSlab]);
      cache.verify();
    }
    CacheStats stats = cache.stats();
    assertThat(stats.event(Stat.CPU_PARTIAL_DRAIN)).isEqualTo(1);
    assertThat(stats.event(Stat.CPU_PARTIAL_FREE)).isEqualTo(limit + 1);
    assertThat(stats.cpuPartialSlabs()).isEqualTo(1);
    assertThat(stats.nodePartialSlabs()).isEqualTo(limit);
  }

  /** A remote free onto a CPU's own slab takes one compare-exchange and no list. */
  @Test
  void remoteFreesOfACpuSlabComeBackByRefill() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu owner = machine.enter(0);
    KmemCache cache = slub.create(owner, "c", 256, KmemCacheArgs.NONE);
    int perSlab = cache.geometry().objects();
    long[] objects = new long[perSlab];
    cache.allocBulk(owner, Gfp.GFP_KERNEL, perSlab, objects);
    machine.leave(owner);
    Cpu other = machine.enter(3);
    cache.free(other, objects[2]);
    cache.free(other, objects[5]);
    machine.leave(other);
    cache.verify();
    owner = machine.enter(0);
    assertThat(cache.alloc(owner, Gfp.GFP_KERNEL)).isEqualTo(objects[5]);
    assertThat(cache.alloc(owner, Gfp.GFP_KERNEL)).isEqualTo(objects[2]);
    assertThat(cache.stats().event(Stat.FREE_FROZEN)).isEqualTo(2);
    assertThat(cache.stats().event(Stat.ALLOC_REFILL)).isEqualTo(1);
    cache.verify();
  }

  @Test
  void faithfulZeroingOfAConstructedObjectIsDoneAndCounted() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META).withFaithful(true));
    Cpu cpu = machine.enter(0);
    KmemCache cache =
        slub.create(
            cpu,
            "c",
            64,
            KmemCacheArgs.NONE.withCtor((_, object, _) -> {
              slub.memory().putLong(object, 7);
              return 0;
            }));
    long object = cache.alloc(cpu, Gfp.GFP_KERNEL | Gfp.ZERO);
    assertThat(slub.memory().getLong(object)).isZero();
    assertThat(cache.stats().event(Stat.ZERO_ON_CONSTRUCTED)).isEqualTo(1);
  }

  @Test
  void steadyChurnOfSlabsMakesNoNewDescriptors() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 2048, KmemCacheArgs.NONE);
    long first = cache.alloc(cpu, Gfp.GFP_KERNEL);
    Slab descriptor = cache.slabOfObject(first);
    cache.free(cpu, first);
    cache.shrink(cpu);
    assertThat(slub.table().of(first)).isNull();
    assertThat(cache.slabOfObject(cache.alloc(cpu, Gfp.GFP_KERNEL))).isSameAs(descriptor);
  }

  @Test
  void foreignAddressesAreRefused() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    assertThatThrownBy(() -> cache.free(cpu, 4096)).hasMessageContaining("not an object");
    KmemCache other = slub.create(cpu, "o", 128, KmemCacheArgs.NONE);
    long object = other.alloc(cpu, Gfp.GFP_KERNEL);
    assertThatThrownBy(() -> cache.free(cpu, object)).hasMessageContaining("not an object");
    other.shrink(cpu);
    assertThatThrownBy(() -> other.free(cpu, object + 8)).hasMessageContaining("not an object");
    assertThatThrownBy(() -> other.freeBulk(cpu, 1, new long[] {object + 8}))
        .hasMessageContaining("not an object");
  }

  @Test
  void aFullMachineGivesNullAndBulkGivesAllOrNothing() {
    Slub slub = slub(SlubConfig.defaults(MemoryMode.META));
    Cpu cpu = machine.enter(0);
    KmemCache cache = slub.create(cpu, "c", 4096, KmemCacheArgs.NONE);
    List<Long> live = new ArrayList<>();
    for (long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
        object != 0;
        object = cache.alloc(cpu, Gfp.GFP_KERNEL)) {
      live.add(object);
    }
    cache.free(cpu, live.removeLast());
    assertThat(cache.allocBulk(cpu, Gfp.GFP_KERNEL, 8, new long[8])).isZero();
    assertThat(cache.stats().objectsInUse()).isEqualTo(live.size());
    live.forEach(object -> cache.free(cpu, object));
    assertThat(slub.destroy(cpu, cache).destroyed()).isTrue();
    assertAllPagesBack(cpu);
  }
}
