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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What init_on_alloc, init_on_free and ZERO do to bytes, and to which they must not. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // the CPU is entered before each test
class MemInitTest {
  private static final int PATTERN = 0x1234_5678;
  private static final byte JUNK = (byte) 0xa5;
  private static final int KERNEL = Gfp.GFP_KERNEL;
  private static final int ZERO = Gfp.GFP_KERNEL | Gfp.ZERO;

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages =
      new PageAllocator(machine, PageConfig.ofPagesPerNode(8192).withInit(true, true));
  private final Memory memory = pages.memory();
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

  private Slub slub(MemoryMode mode, boolean onAlloc, boolean onFree) {
    return new Slub(machine, pages, SlubConfig.defaults(mode).withInit(onAlloc, onFree));
  }

  private boolean isZero(long address, long bytes) {
    for (long i = 0; i < bytes; i++) {
      if (memory.getByte(address + i) != 0) {
        return false;
      }
    }
    return true;
  }

  private KmemCacheArgs patternCtor() {
    return KmemCacheArgs.NONE.withCtor((_, object, _) -> {
      memory.putInt(object, PATTERN);
      return 0;
    });
  }

  static Stream<Arguments> modesAndSizes() {
    return Stream.of(MemoryMode.values())
        .flatMap(mode ->
            Stream.iterate(8, size -> size <= 4096, size -> size * 2)
                .flatMap(size ->
                    Stream.of(true, false).map(onFree -> Arguments.of(mode, size, onFree))));
  }

  /** T-INIT-1, also where the free before it left the bytes as they were. */
  @ParameterizedTest(name = "{0} {1} onFree={2}")
  @MethodSource("modesAndSizes")
  void objectsAreZeroOrAsConstructed(MemoryMode mode, int size, boolean onFree) {
    Slub slub = slub(mode, true, onFree);
    KmemCache plain = slub.create(cpu, "plain", size, KmemCacheArgs.NONE);
    KmemCache made = slub.create(cpu, "made", size, patternCtor());
    for (int i = 0; i < 10; i++) {
      for (int gfp : new int[] {KERNEL, ZERO}) {
        long object = plain.alloc(cpu, gfp);
        assertThat(isZero(object, size)).as("round %d gfp %x", i, gfp).isTrue();
        memory.fill(object, size, JUNK);
        plain.free(cpu, object);
      }
      long object = made.alloc(cpu, KERNEL);
      assertThat(memory.getInt(object)).as("round %d", i).isEqualTo(PATTERN);
      memory.fill(object + 4, size - 4L, JUNK);
      made.free(cpu, object);
      assertThat(memory.getByte(object + size - 1))
          .as("a constructed object stays")
          .isEqualTo(JUNK);
    }
  }

  /** T-INIT-2, also where the free before it left the bytes as they were. */
  @ParameterizedTest
  @CsvSource({"META, true", "META, false", "FULL, true", "FULL, false"})
  void arraysOfObjectsAreZero(MemoryMode mode, boolean onFree) {
    Slub slub = slub(mode, true, onFree);
    KmemCache cache = slub.create(cpu, "bulk", 200, KmemCacheArgs.NONE);
    for (int n : new int[] {100, 1024, 1024}) {
      long[] objects = new long[n];
      for (int round = 0; round < (n == 100 ? 1 : 5); round++) {
        assertThat(cache.allocBulk(cpu, KERNEL, n, objects)).isEqualTo(n);
        for (long object : objects) {
          assertThat(isZero(object, 200)).isTrue();
          memory.fill(object, 200, JUNK);
        }
        cache.freeBulk(cpu, n, objects);
      }
    }
  }

  /** T-INIT-4. */
  @Test
  void pagesAndPiecesOfEverySizeAreZeroWhenTheyComeAgain() {
    for (int order = 0; order <= PageAllocator.MAX_PAGE_ORDER; order++) {
      long bytes = (long) PageAllocator.PAGE_BYTES << order;
      long block = pages.alloc(cpu, order, KERNEL, 0);
      memory.fill(block, bytes, JUNK);
      pages.free(cpu, block, order);
      assertThat(isZero(block, bytes)).as("freed, order %d", order).isTrue();
      memory.fill(block, bytes, JUNK); // whatever wrote to free memory
      long again = pages.alloc(cpu, order, KERNEL, 0);
      assertThat(again).isEqualTo(block);
      assertThat(isZero(block, bytes)).as("order %d", order).isTrue();
      pages.free(cpu, again, order);
    }
    Kmalloc kmalloc = new Kmalloc(cpu, slub(MemoryMode.FULL, true, true));
    for (int bytes = 1; bytes <= 1 << 19; bytes *= 2) {
      for (int round = 0; round < 2; round++) {
        long piece = kmalloc.alloc(cpu, bytes, KERNEL);
        assertThat(isZero(piece, bytes)).as("bytes %d", bytes).isTrue();
        memory.fill(piece, bytes, JUNK);
        kmalloc.free(cpu, piece);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void freeAloneLeavesObjectsThatComeAgainZero(MemoryMode mode) {
    Slub slub = slub(mode, false, true);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, KERNEL);
    memory.fill(object, 64, JUNK);
    cache.free(cpu, object);
    assertThat(memory.getByte(object)).isZero();
    assertThat(cache.alloc(cpu, KERNEL)).isEqualTo(object);
    assertThat(isZero(object, 64)).isTrue(); // the free pointer too
  }

  @Test
  void withoutTheSwitchesBytesStayUnlessZeroIsGiven() {
    Slub slub = slub(MemoryMode.META, false, false);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    long object = cache.alloc(cpu, KERNEL);
    memory.fill(object, 64, JUNK);
    cache.free(cpu, object);
    assertThat(cache.alloc(cpu, KERNEL)).isEqualTo(object);
    assertThat(memory.getByte(object)).isEqualTo(JUNK);
    cache.free(cpu, object);
    assertThat(cache.alloc(cpu, ZERO)).isEqualTo(object);
    assertThat(isZero(object, 64)).isTrue();
  }

  @Test
  void whatIsPoisonedIsZeroOnlyWhenAskedFor() {
    Slub slub = slub(MemoryMode.FULL, true, true);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE.withFlags(SlabFlags.POISON));
    long object = cache.alloc(cpu, KERNEL);
    assertThat(memory.getByte(object)).isEqualTo(ObjectBytes.POISON_FREE);
    cache.free(cpu, object);
    assertThat(memory.getByte(object)).isEqualTo(ObjectBytes.POISON_FREE);
    long zeroed = cache.alloc(cpu, ZERO);
    assertThat(isZero(zeroed, 64)).isTrue();
  }

  @Test
  void redZonesSurviveTheZeroing() {
    Slub slub = slub(MemoryMode.FULL, true, true);
    int flags = SlabFlags.RED_ZONE | SlabFlags.STORE_USER | SlabFlags.CONSISTENCY_CHECKS;
    KmemCache cache =
        slub.create(
            cpu, "c", 64, KmemCacheArgs.NONE.withFlags(flags | SlabFlags.KMALLOC).withAlign(32));
    for (int i = 0; i < 50; i++) {
      long object = cache.allocRequested(cpu, KERNEL, PageAllocator.NUMA_NO_NODE, 40);
      assertThat(isZero(object, 40)).isTrue();
      memory.fill(object, 40, JUNK);
      cache.validate(cpu);
      cache.free(cpu, object);
      assertThat(isZero(object, 40)).isTrue();
    }
    assertThat(slub.log().errors()).isEmpty();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sheavesZeroAsSlabsDo(boolean switches) {
    Slub slub = slub(MemoryMode.META, switches, switches);
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE);
    Sheaves sheaves = slub.sheaves(cpu, cache, Sheaves.DEFAULT_CAPACITY);
    for (int i = 0; i < 200; i++) {
      long object = sheaves.alloc(cpu, switches ? KERNEL : ZERO);
      assertThat(isZero(object, 64)).isTrue();
      memory.fill(object, 64, JUNK);
      sheaves.free(cpu, object);
      assertThat(memory.getByte(object)).isEqualTo(switches ? 0 : JUNK);
    }
  }

  /** T-CD-8. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void zeroOnAConstructedCacheIsRefusedOrWarnedOfOnce(boolean faithful) {
    Slub slub =
        new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL).withFaithful(faithful));
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE.withDtor((_, _) -> {}));
    if (!faithful) {
      assertThatThrownBy(() -> cache.alloc(cpu, ZERO)).hasMessageContaining("constructed state");
      assertThat(cache.stats().slabs()).isZero();
      return;
    }
    long object = cache.alloc(cpu, ZERO);
    assertThat(isZero(object, 64)).isTrue();
    cache.alloc(cpu, ZERO);
    KmemCache other = slub.create(cpu, "o", 64, patternCtor());
    assertThat(memory.getInt(other.alloc(cpu, ZERO))).isZero();
    assertThat(slub.log().errors()).containsExactly(new SlabError.ZeroOfConstructed("c"));
    assertThat(other.stats().event(Stat.ZERO_ON_CONSTRUCTED)).isEqualTo(1);
  }

  /** With init_on_alloc a constructed object survives even what the faithful mode lets pass. */
  @Test
  void theSwitchTakesZeroFromConstructedCaches() {
    Slub slub =
        new Slub(
            machine,
            pages,
            SlubConfig.defaults(MemoryMode.FULL).withFaithful(true).withInit(true, false));
    KmemCache cache = slub.create(cpu, "c", 64, patternCtor());
    assertThat(memory.getInt(cache.alloc(cpu, ZERO))).isEqualTo(PATTERN);
  }

  /** INV-SLUB-14. */
  @ParameterizedTest
  @ValueSource(strings = {"-", "F", "Z", "P", "U", "FZPUT"})
  void constructedObjectsComeAsConstructedWhateverIsOn(String slubDebug) {
    Slub slub =
        new Slub(
            machine,
            pages,
            SlubConfig.defaults(MemoryMode.FULL).withInit(true, true).withSlubDebug(slubDebug));
    KmemCacheArgs args =
        KmemCacheArgs.NONE.withCtor((_, object, _) -> {
          memory.fill(object, 96, (byte) 0x77);
          return 0;
        });
    KmemCache cache = slub.create(cpu, "c", 96, args);
    long[] objects = new long[2 * cache.geometry().objects() + 1];
    for (int round = 0; round < 3; round++) {
      cache.allocBulk(cpu, KERNEL, objects.length, objects);
      for (long object : objects) {
        for (int i = 0; i < 96; i++) {
          byte expected = i == 40 && round > 0 ? memory.getByte(object + 40) : 0x77;
          assertThat(memory.getByte(object + i)).isEqualTo(expected);
        }
        memory.putByte(object + 40, (byte) round); // the user's change stays
      }
      cache.freeBulk(cpu, objects.length, objects);
    }
    assertThat(slub.log().errors()).isEmpty();
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
  }
}
