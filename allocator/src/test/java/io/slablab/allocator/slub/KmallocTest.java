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
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@SuppressWarnings("NullAway.Init") // the CPU is entered before each test
class KmallocTest {
  private static final int ZERO = Gfp.GFP_KERNEL | Gfp.ZERO;
  private static final byte RED = ObjectBytes.RED_ACTIVE;

  private final Machine machine = HostMachine.of(HostConfig.uniform(2, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(8192));
  private final Slub slub = slub("-");
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

  private Slub slub(String slubDebug) {
    SlubConfig config = SlubConfig.defaults(MemoryMode.FULL).withSlubDebug(slubDebug);
    return new Slub(machine, pages, config);
  }

  private KmemCache cache(int bytes, int flags) {
    KmemCacheArgs args =
        KmemCacheArgs.NONE.withFlags(flags | SlabFlags.KMALLOC | SlabFlags.NO_USER_FLAGS);
    return slub.create(cpu, "test", bytes, args);
  }

  private void assertBytes(long address, int from, int to, byte value) {
    for (int i = from; i < to; i++) {
      assertThat(memory.getByte(address + i)).as("byte %d", i).isEqualTo(value);
    }
  }

  /** 2.11: the cache is each piece's own, and those of one slab go in one step. */
  @ParameterizedTest
  @ValueSource(strings = {"-", "F"})
  void piecesOfAllSizesAreFreedAtOnce(String slubDebug) {
    Slub own = slub(slubDebug);
    long before = pages.stats().allocatedPages();
    Kmalloc kmalloc = new Kmalloc(cpu, own);
    List<Long> pieces = new ArrayList<>(List.of(0L, Kmalloc.ZERO_SIZE));
    for (int bytes : new int[] {100, 100, 1000, 100, 100, 20_000, 100, 1000}) {
      pieces.add(kmalloc.alloc(cpu, bytes, Gfp.GFP_KERNEL));
    }
    pieces.add(Kmalloc.ZERO_SIZE);
    long[] addresses = pieces.stream().mapToLong(Long::longValue).toArray();
    Cpu other = machine.enter(1); // its slabs are others: no fast path
    kmalloc.freeBulk(other, addresses.length, addresses);
    machine.leave(other);
    assertThat(addresses).containsOnly(0);
    CacheStats small = kmalloc.cacheOf(100, Gfp.GFP_KERNEL).stats();
    assertThat(small.objectsInUse()).isZero();
    assertThat(small.event(Stat.FREE_SLOWPATH)).isEqualTo(slubDebug.equals("F") ? 5 : 1);
    assertThat(kmalloc.cacheOf(1000, Gfp.GFP_KERNEL).stats().objectsInUse()).isZero();
    own.caches().forEach(cache -> cache.shrink(cpu));
    pages.drainAll(cpu);
    assertThat(pages.stats().allocatedPages()).isEqualTo(before);
    assertThat(own.log().errors()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1,kmalloc-8", "8,kmalloc-8", "9,kmalloc-16", "33,kmalloc-64", "65,kmalloc-96",
    "96,kmalloc-96", "97,kmalloc-128", "129,kmalloc-192", "193,kmalloc-256", "513,kmalloc-1k",
    "4096,kmalloc-4k", "4097,kmalloc-8k", "8192,kmalloc-8k"
  })
  void aSizeComesFromTheLeastClassThatHoldsIt(int bytes, String name) {
    Kmalloc kmalloc = new Kmalloc(cpu, slub);
    KmemCache cache = kmalloc.cacheOf(bytes, Gfp.GFP_KERNEL);
    assertThat(cache.name()).isEqualTo(name);
    long address = kmalloc.alloc(cpu, bytes, Gfp.GFP_KERNEL);
    assertThat(slub.cacheOf(address)).isSameAs(cache);
    assertThat(kmalloc.usableBytes(address)).isEqualTo(cache.geometry().objectSize());
    if (Integer.bitCount(cache.geometry().objectSize()) == 1) {
      assertThat(address % cache.geometry().objectSize()).isZero();
    }
    kmalloc.free(cpu, address);
    assertThat(cache.stats().objectsInUse()).isZero();
  }

  @Test
  void reclaimableMemoryHasItsOwnCaches() {
    Kmalloc kmalloc = new Kmalloc(cpu, slub);
    KmemCache cache = kmalloc.cacheOf(100, Gfp.GFP_KERNEL | Gfp.RECLAIMABLE);
    assertThat(cache.name()).isEqualTo("kmalloc-rcl-128");
    assertThat(cache.flags() & SlabFlags.RECLAIM_ACCOUNT).isNotZero();
    assertThat(slub.caches()).hasSize(26);
  }

  @Test
  void whatIsLargerThanTheLastClassIsWholePages() {
    Kmalloc kmalloc = new Kmalloc(cpu, slub);
    long before = pages.stats().allocatedPages();
    long address = kmalloc.alloc(cpu, 8193, Gfp.GFP_KERNEL);
    assertThat(pages.stats().allocatedPages()).isEqualTo(before + 4);
    assertThat(kmalloc.usableBytes(address)).isEqualTo(16_384);
    assertThatThrownBy(() -> kmalloc.free(cpu, address + 4096))
        .isInstanceOf(IllegalArgumentException.class);
    kmalloc.free(cpu, address);
    assertThat(pages.stats().allocatedPages()).isEqualTo(before);
    assertThatThrownBy(() -> kmalloc.free(cpu, address)).hasMessageContaining("handed out");
    assertThatThrownBy(() -> kmalloc.alloc(cpu, Kmalloc.MAX_BYTES + 1, Gfp.GFP_KERNEL))
        .hasMessageContaining("4 MiB");
  }

  @Test
  void noBytesHaveAnAddressThatNothingIsAt() {
    Kmalloc kmalloc = new Kmalloc(cpu, slub);
    assertThat(kmalloc.alloc(cpu, 0, Gfp.GFP_KERNEL)).isEqualTo(Kmalloc.ZERO_SIZE);
    kmalloc.free(cpu, Kmalloc.ZERO_SIZE);
    kmalloc.free(cpu, 0);
    long address = kmalloc.realloc(cpu, Kmalloc.ZERO_SIZE, 40, Gfp.GFP_KERNEL);
    assertThat(kmalloc.usableBytes(address)).isEqualTo(64);
    assertThat(kmalloc.realloc(cpu, address, 0, Gfp.GFP_KERNEL)).isEqualTo(Kmalloc.ZERO_SIZE);
    assertThat(kmalloc.cacheOf(40, 0).stats().objectsInUse()).isZero();
  }

  /** T-SLUB-6. */
  @Test
  void aWriteBehindTheRequestedBytesIsFoundThoughItLiesInTheObject() {
    KmemCache cache = cache(32, SlabFlags.STORE_USER | SlabFlags.RED_ZONE);
    long object = cache.allocRequested(cpu, Gfp.GFP_KERNEL, PageAllocator.NUMA_NO_NODE, 18);
    memory.putByte(object + 18, (byte) 0xab);
    memory.putByte(object + 19, (byte) 0xab);
    cache.validate(cpu);
    assertThat(slub.log().errorCount()).isEqualTo(2);
    assertThat(slub.log().errors().getFirst())
        .isInstanceOfSatisfying(
            SlabError.BytesOverwritten.class,
            error -> {
              assertThat(error.region()).isEqualTo(Region.REQUEST_RED_ZONE);
              assertThat(error.first()).isEqualTo(object + 18);
              assertThat(error.last()).isEqualTo(object + 19);
            });
    cache.free(cpu, object);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
  }

  /** T-SLUB-10. */
  @Test
  void reallocKeepsZeroesAndTheRedZoneBehindTheRequestedBytes() {
    Kmalloc kmalloc = new Kmalloc(cpu, slub);
    KmemCache cache = cache(64, SlabFlags.STORE_USER | SlabFlags.RED_ZONE);
    long object = cache.allocRequested(cpu, ZERO, PageAllocator.NUMA_NO_NODE, 48);
    assertBytes(object, 0, 48, (byte) 0);
    assertBytes(object, 48, 64, RED);

    assertThat(kmalloc.realloc(cpu, object, 40, ZERO)).isEqualTo(object);
    assertBytes(object, 40, 64, RED);

    assertThat(kmalloc.realloc(cpu, object, 56, ZERO)).isEqualTo(object);
    assertBytes(object, 40, 56, (byte) 0);
    assertBytes(object, 56, 64, RED);

    memory.fill(object, 56, (byte) 0xaa);
    cache.validate(cpu);
    long moved = kmalloc.realloc(cpu, object, 112, ZERO);
    assertThat(moved).isNotEqualTo(object);
    assertBytes(moved, 0, 56, (byte) 0xaa);
    assertBytes(moved, 56, 112, (byte) 0);
    cache.validate(cpu);
    assertThat(slub.log().errorCount()).isZero();
    kmalloc.free(cpu, moved);
    assertThat(slub.destroy(cpu, cache)).isEqualTo(DestroyResult.DONE);
  }

  @Test
  void aFailedReallocLeavesTheOldPiece() {
    Kmalloc kmalloc = new Kmalloc(cpu, slub);
    long address = kmalloc.alloc(cpu, 100, Gfp.GFP_KERNEL);
    memory.fill(address, 100, (byte) 5);
    pages.setFailurePolicy((_, _, _) -> true);
    assertThat(kmalloc.realloc(cpu, address, 9000, Gfp.GFP_KERNEL)).isZero();
    assertThat(kmalloc.realloc(cpu, address, 4000, Gfp.GFP_KERNEL)).isZero();
    assertBytes(address, 0, 100, (byte) 5);
    kmalloc.free(cpu, address);
    assertThat(kmalloc.cacheOf(100, 0).stats().objectsInUse()).isZero();
  }

  /** Pieces of random sizes hold their bytes through moves, in every debug mode. */
  @ParameterizedTest
  @ValueSource(strings = {"-", "FZ,kmalloc-*", "FZPU,kmalloc-*"})
  void piecesKeepTheirBytes(String slubDebug) {
    Slub debugged = slub(slubDebug);
    Kmalloc kmalloc = new Kmalloc(cpu, debugged);
    SplittableRandom random = new SplittableRandom(slubDebug.hashCode());
    List<Piece> live = new ArrayList<>();
    for (int step = 0; step < 1500; step++) {
      int bytes = random.nextInt(12) == 0 ? random.nextInt(40_000) : random.nextInt(1, 700);
      int what = random.nextInt(10);
      if (live.isEmpty() || (what < 4 && live.size() < 200)) {
        long address = kmalloc.alloc(cpu, bytes, Gfp.GFP_KERNEL);
        live.add(piece(address, bytes, (byte) step));
      } else if (what < 7) {
        Piece piece = live.remove(random.nextInt(live.size()));
        assertBytes(piece.address, 0, piece.bytes, piece.value);
        kmalloc.free(cpu, piece.address);
      } else {
        Piece old = live.remove(random.nextInt(live.size()));
        long moved = kmalloc.realloc(cpu, old.address, bytes, Gfp.GFP_KERNEL);
        assertBytes(moved, 0, Math.min(old.bytes, bytes), old.value);
        live.add(piece(moved, bytes, (byte) step));
      }
    }
    live.forEach(piece -> kmalloc.free(cpu, piece.address));
    assertThat(debugged.log().errors()).isEmpty();
    for (KmemCache cache : debugged.caches()) {
      cache.verify();
      assertThat(debugged.destroy(cpu, cache).destroyed()).as(cache.name()).isTrue();
    }
    pages.drainAll(cpu);
    pages.verify(0);
  }

  private record Piece(long address, int bytes, byte value) {}

  private Piece piece(long address, int bytes, byte value) {
    assertThat(address).isNotZero();
    memory.fill(address, address == Kmalloc.ZERO_SIZE ? 0 : bytes, value);
    return new Piece(address, address == Kmalloc.ZERO_SIZE ? 0 : bytes, value);
  }
}
