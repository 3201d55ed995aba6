package io.slablab.allocator.slub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.page.PageConfig;
import io.slablab.allocator.slub.SlabError.Region;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What writes beyond an object or after its free, wrong frees and broken freelists are told as. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // the CPU is entered before each test
class SlubDebugTest {
  private static final int F = SlabFlags.CONSISTENCY_CHECKS;
  private static final int Z = SlabFlags.RED_ZONE;
  private static final int P = SlabFlags.POISON;
  private static final int U = SlabFlags.STORE_USER;

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(4096));
  private Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL));
  private final Memory memory = slub.memory();
  private Cpu cpu;

  @BeforeEach
  void enter() {
    cpu = machine.enter(0);
  }

  @AfterEach
  void close() {
    machine.leave(cpu);
    machine.close();
  }

  private KmemCache cache(int flags) {
    return slub.create(cpu, "c", 64, KmemCacheArgs.NONE.withFlags(flags | SlabFlags.NO_USER_FLAGS));
  }

  private long alloc(KmemCache cache) {
    return cache.alloc(cpu, Gfp.GFP_KERNEL);
  }

  private void flip(long address) {
    memory.putByte(address, (byte) ~memory.getByte(address));
  }

  /** Errors found by one validation. */
  private long validated(KmemCache cache) {
    long before = slub.log().errorCount();
    cache.validate(cpu);
    return slub.log().errorCount() - before;
  }

  /** T-SLUB-1. */
  @Test
  void aWriteBehindAnObjectInUseIsFoundOnce() {
    KmemCache cache = cache(Z);
    long object = alloc(cache);
    memory.putByte(object + 64, (byte) 0x12);
    assertThat(validated(cache)).isEqualTo(2);
    assertThat(slub.log().errors())
        .containsExactly(
            new SlabError.BytesOverwritten(
                "c", Region.RIGHT_RED_ZONE, object, object + 64, object + 64, 0xcc, 0x12, null),
            new SlabError.Repaired("c", "bytes restored", object + 64));
    assertThat(validated(cache)).isZero();
  }

  /** T-SLUB-2. */
  @Test
  void aBrokenFreelistIsCutAndItsCountAdjusted() {
    KmemCache cache = cache(P);
    long object = alloc(cache);
    cache.free(cpu, object);
    long pointer = object + cache.geometry().offset();
    long stored = memory.getLong(pointer);
    flip(pointer + 4);
    assertThat(validated(cache)).isEqualTo(3);
    assertThat(slub.log().errors().getFirst())
        .isInstanceOfSatisfying(
            SlabError.FreeChainCorrupt.class,
            error -> assertThat(error.object()).isEqualTo(object));
    memory.putLong(pointer, stored);
    assertThat(validated(cache)).isEqualTo(2);
    assertThat(validated(cache)).isZero();
    cache.verify();
  }

  /** T-SLUB-3. */
  @Test
  void aWriteToTheFirstByteOfAFreeObjectIsFound() {
    writeAfterFree(P, 0, Region.POISON);
  }

  /** T-SLUB-4. */
  @Test
  void aWriteIntoAFreeObjectIsFound() {
    writeAfterFree(P, 50, Region.POISON);
  }

  /** T-SLUB-5. */
  @Test
  void aWriteBehindAFreeObjectIsFound() {
    writeAfterFree(Z, 64, Region.RIGHT_RED_ZONE);
  }

  private void writeAfterFree(int flags, int offset, Region region) {
    KmemCache cache = cache(flags);
    long object = alloc(cache);
    cache.free(cpu, object);
    flip(object + offset);
    assertThat(validated(cache)).isEqualTo(2);
    assertThat(slub.log().errors().getFirst())
        .isInstanceOfSatisfying(
            SlabError.BytesOverwritten.class,
            error -> {
              assertThat(error.region()).isEqualTo(region);
              assertThat(error.object()).isEqualTo(object);
              assertThat(error.first()).isEqualTo(object + offset);
            });
    assertThat(validated(cache)).isZero();
  }

  /** T-SLUB-9. */
  @Test
  void aLeakedObjectOfADebuggedCacheCountsTwice() {
    KmemCache cache = cache(Z);
    alloc(cache);
    assertThat(slub.destroy(cpu, cache).destroyed()).isFalse();
    assertThat(slub.log().errorCount()).isEqualTo(2);
  }

  @Test
  void aWriteBeforeAnObjectIsFoundInItsOwnRedZone() {
    KmemCache cache = cache(Z);
    long object = alloc(cache);
    flip(object - 1);
    assertThat(validated(cache)).isEqualTo(2);
    assertThat(slub.log().errors().getFirst().message())
        .contains("the red zone before object overwritten")
        .contains(Long.toHexString(object));
  }

  @Test
  void aWriteIntoThePaddingBehindTheMetadataIsFound() {
    KmemCache cache = slub.create(cpu, "c", 60, KmemCacheArgs.NONE.withAlign(64).withFlags(P));
    long object = alloc(cache);
    flip(object + 62);
    flip(object + cache.geometry().size() - 1);
    assertThat(validated(cache)).isEqualTo(4);
    assertThat(slub.log().errors().stream().map(SlabError::message))
        .anyMatch(message -> message.startsWith("the alignment padding of"))
        .anyMatch(message -> message.startsWith("the padding behind"));
  }

  @Test
  void aWriteBehindTheLastObjectOfASlabIsFound() {
    KmemCache cache = slub.create(cpu, "c", 1400, KmemCacheArgs.NONE.withFlags(P));
    Slab slab = cache.slabOfObject(alloc(cache));
    assertThat(slab.bytes() % cache.geometry().size()).isPositive();
    flip(slab.base + slab.bytes() - 1);
    assertThat(validated(cache)).isEqualTo(2);
    assertThat(slub.log().errors().getFirst().message()).startsWith("the end of the slab of");
  }

  @Test
  void anObjectFreedTwiceIsRefusedWithItsHistory() {
    KmemCache cache = cache(F | U);
    long a = alloc(cache);
    long b = alloc(cache);
    cache.free(cpu, a);
    cache.free(cpu, b);
    cache.free(cpu, a);
    assertThat(slub.log().errors())
        .hasSize(2)
        .first()
        .isInstanceOfSatisfying(
            SlabError.AlreadyFree.class,
            error -> {
              assertThat(error.object()).isEqualTo(a);
              assertThat(error.history()).isNotNull();
              assertThat(error.message()).contains("allocated=").contains("on cpu 0");
            });
    cache.verify();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
  }

  @Test
  void anAddressInsideAnObjectIsReportedAndNotFreed() {
    KmemCache cache = cache(F);
    long object = alloc(cache);
    cache.free(cpu, object + 8);
    Slab slab = cache.slabOfObject(object);
    assertThat(slub.log().errors())
        .containsExactly(
            new SlabError.InvalidPointer("c", slab.base, object + 8),
            new SlabError.Repaired("c", "object not freed", object + 8));
    cache.free(cpu, object);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
  }

  @Test
  void withoutConsistencyChecksAWrongAddressIsAnException() {
    KmemCache cache = cache(Z);
    long kept = alloc(cache);
    long object = alloc(cache);
    assertThatThrownBy(() -> cache.free(cpu, object + 8)).hasMessageContaining("not an object");
    cache.free(cpu, object);
    assertThatThrownBy(() -> cache.free(cpu, object)).hasMessageContaining("double free");
    cache.free(cpu, kept);
    assertThatThrownBy(() -> cache.free(cpu, object)).hasMessageContaining("more frees");
    cache.verify();
  }

  /** 2.8: as long as there are CPU slabs, to the cache it is of; with sheaves for all, nowhere. */
  @ParameterizedTest
  @EnumSource(SheafMode.class)
  void anObjectOfAnotherCacheIsReported(SheafMode mode) {
    slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL).withSheaves(mode));
    KmemCache cache = cache(F);
    KmemCache other = slub.create(cpu, "o", 64, KmemCacheArgs.NONE);
    long object = alloc(other);
    long before = other.stats().event(Stat.FREE_FASTPATH);
    cache.free(cpu, object);
    cache.free(cpu, PageAllocator.PAGE_BYTES * 4095L);
    assertThat(slub.log().errors())
        .containsExactly(
            new SlabError.WrongCache("c", "o", object),
            new SlabError.WrongCache("c", "", PageAllocator.PAGE_BYTES * 4095L));
    boolean freed = other.stats().event(Stat.FREE_FASTPATH) == before + 1;
    assertThat(freed).isEqualTo(mode == SheafMode.OPT_IN);
    Sheaves sheaves = other.sheaves;
    if (sheaves != null) {
      assertThat(sheaves.objects()).isEqualTo(sheaves.capacity() - 1);
    }
  }

  @Test
  void aSlabWhoseFreeObjectWasWrittenToIsTakenOutOfUse() {
    KmemCache cache = cache(F | P);
    long a = alloc(cache);
    long b = alloc(cache);
    Slab slab = cache.slabOfObject(a);
    cache.free(cpu, a);
    flip(a);
    long c = alloc(cache);
    assertThat(c).isNotZero();
    assertThat(cache.slabOfObject(c)).isNotSameAs(slab);
    assertThat(SlabWord.frozen(slab.word.peek())).isTrue();
    long errors = slub.log().errorCount();
    cache.free(cpu, b); // leaks with its slab, without a word
    assertThat(slub.log().errorCount()).isEqualTo(errors);
    cache.verify();
    assertThat(validated(cache)).isZero();
    cache.free(cpu, c);
    assertThat(slub.destroy(cpu, cache).destroyed()).isFalse();
    assertThat(cache.stats().slabs()).isOne();
  }

  @Test
  void anObjectWithABrokenRedZoneIsNotFreed() {
    KmemCache cache = cache(F | Z);
    long object = alloc(cache);
    flip(object + 64);
    cache.free(cpu, object);
    assertThat(slub.log().errorCount()).isEqualTo(3); // zone, restored, not freed
    assertThat(cache.stats().objectsInUse()).isOne();
    cache.free(cpu, object);
    assertThat(cache.stats().objectsInUse()).isZero();
    cache.verify();
  }

  @Test
  void writesToFreeObjectsOfAnEmptySlabAreFoundBeforeItsPagesGo() {
    KmemCache cache = cache(F | P);
    long object = alloc(cache);
    cache.free(cpu, object);
    flip(object + 3);
    cache.shrink(cpu);
    assertThat(slub.log().errorCount()).isEqualTo(2);
    assertThat(cache.stats().slabs()).isZero();
  }

  @Test
  void aBrokenFreelistOfAnEmptySlabStillDestructsEveryObject() {
    LiveObjects objects = new LiveObjects(memory);
    KmemCache cache = slub.create(cpu, "c", 64, objects.args().withFlags(F));
    long object = alloc(cache);
    assertThat(objects.constructed()).isEqualTo(cache.geometry().objects());
    cache.free(cpu, object);
    flip(object + cache.geometry().offset() + 2);
    cache.shrink(cpu);
    assertThat(slub.log().errorCount()).isPositive();
    assertThat(objects.constructed()).isZero();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
  }

  @Test
  void everyAllocationAndFreeIsTraced() {
    KmemCache cache = cache(SlabFlags.TRACE);
    long object = alloc(cache);
    cache.free(cpu, object);
    assertThat(slub.log().traces())
        .containsExactly(
            new SlabTrace("c", object, true, 0, 0), new SlabTrace("c", object, false, 0, 1));
    assertThat(slub.log().traceCount()).isEqualTo(2);
    slub.log().clear(cpu);
    assertThat(slub.log().traces()).isEmpty();
  }

  @Test
  void aDebuggedCacheHasNoSlabOfACpu() {
    KmemCache cache = cache(Z);
    long[] objects = new long[3 * cache.geometry().objects()];
    cache.allocBulk(cpu, Gfp.GFP_KERNEL, objects.length, objects);
    assertThat(cache.geometry().cpuPartial()).isZero();
    CacheStats stats = cache.stats();
    assertThat(stats.cpuSlabs()).isZero();
    assertThat(stats.event(Stat.ALLOC_FASTPATH)).isZero();
    assertThat(stats.event(Stat.ALLOC_SLOWPATH)).isEqualTo(objects.length);
    cache.verify();
    cache.freeBulk(cpu, objects.length, objects);
    assertThat(cache.stats().event(Stat.FREE_SLOWPATH)).isEqualTo(3L * cache.geometry().objects());
    assertThat(cache.stats().event(Stat.FREE_FASTPATH)).isZero();
    cache.verify();
  }

  @Test
  void debuggedCachesNeverMerge() {
    KmemCache plain = slub.create(cpu, "a", 64, KmemCacheArgs.NONE);
    for (int flag : new int[] {F, Z, P, U, SlabFlags.TRACE, SlabFlags.FAILSLAB}) {
      KmemCache cache = slub.create(cpu, "b", 64, KmemCacheArgs.NONE.withFlags(flag));
      assertThat(cache).isNotSameAs(plain);
      assertThat(slub.create(cpu, "c", 64, KmemCacheArgs.NONE)).isSameAs(plain);
    }
  }

  @Test
  void whatABootOptionNamesIsDebugged() {
    SlubConfig config = SlubConfig.defaults(MemoryMode.FULL).withSlubDebug("FZ,mm_struct,tc_*;p");
    Slub boot = new Slub(machine, pages, config);
    assertThat(boot.create(cpu, "mm_struct", 64, KmemCacheArgs.NONE).flags()).isEqualTo(F | Z);
    assertThat(boot.create(cpu, "tc_gact", 64, KmemCacheArgs.NONE).flags()).isEqualTo(F | Z);
    assertThat(boot.create(cpu, "other", 64, KmemCacheArgs.NONE).flags()).isEqualTo(P);
    KmemCacheArgs fixed = KmemCacheArgs.NONE.withFlags(SlabFlags.NO_USER_FLAGS);
    assertThat(boot.create(cpu, "tc_x", 64, fixed).flags()).isEqualTo(SlabFlags.NO_USER_FLAGS);
  }

  @Test
  void aBootOptionIsReadAsTheKernelDoes() {
    assertThat(DebugOptions.parse("").flagsFor("any")).isEqualTo(F | Z | P | U);
    assertThat(DebugOptions.parse("-").flagsFor("any")).isZero();
    assertThat(DebugOptions.parse(",one").flagsFor("one")).isEqualTo(F | Z | P | U);
    assertThat(DebugOptions.parse(",one").flagsFor("two")).isZero();
    assertThat(DebugOptions.parse("T,a;A,b;U").flagsFor("b")).isEqualTo(SlabFlags.FAILSLAB);
    assertThatThrownBy(() -> DebugOptions.parse("FX"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("letter=X");
  }

  @Test
  void metadataBesideTheObjectsLeavesNothingToDebug() {
    Slub meta = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.META).withSlubDebug("ZF"));
    assertThatThrownBy(() -> meta.create(cpu, "c", 64, KmemCacheArgs.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("META")
        .hasMessageContaining("flags=FZ");
  }

  @Test
  void validationNeedsDebugFlags() {
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    assertThatThrownBy(() -> cache.validate(cpu)).hasMessageContaining("needs debug flags");
  }
}
