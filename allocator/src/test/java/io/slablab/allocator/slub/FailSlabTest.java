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
import io.slablab.allocator.slub.FailSlab.Faults;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Allocations that fail on purpose. */
@SuppressWarnings("NullAway.Init") // the CPU is entered before each test
class FailSlabTest {
  private static final int KERNEL = Gfp.GFP_KERNEL;

  private final Machine machine = HostMachine.of(HostConfig.uniform(1, 1));
  private final PageAllocator pages = new PageAllocator(machine, PageConfig.ofPagesPerNode(2048));
  private final FailSlab failSlab = new FailSlab(machine);
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

  private Slub slub(MemoryMode mode, String slubDebug) {
    Slub slub = new Slub(machine, pages, SlubConfig.defaults(mode).withSlubDebug(slubDebug));
    slub.install(failSlab);
    return slub;
  }

  /** Numbers, from 1, of the requests that fail. */
  private List<Integer> failing(KmemCache cache, int requests, int gfp) {
    List<Integer> failing = new ArrayList<>();
    for (int i = 1; i <= requests; i++) {
      long object = cache.alloc(cpu, gfp);
      if (object == 0) {
        failing.add(i);
      } else {
        cache.free(cpu, object);
      }
    }
    return failing;
  }

  @ParameterizedTest
  @EnumSource(MemoryMode.class)
  void theNthRequestFailsAndNoOther(MemoryMode mode) {
    KmemCache cache = slub(mode, "-").create(cpu, "c", 64, KmemCacheArgs.NONE);
    assertThat(failing(cache, 20, KERNEL)).isEmpty();
    failSlab.arm(Faults.ALL.withNth(7));
    assertThat(failing(cache, 20, KERNEL)).containsExactly(7);
    assertThat(failSlab.failures()).isOne();
    assertThat(failSlab.requests()).isEqualTo(20);
    cache.verify();
  }

  @Test
  void intervalAndTimesBoundTheFailures() {
    KmemCache cache = slub(MemoryMode.META, "-").create(cpu, "c", 64, KmemCacheArgs.NONE);
    failSlab.arm(Faults.ALL.withInterval(5).withTimes(3));
    assertThat(failing(cache, 40, KERNEL)).containsExactly(5, 10, 15);
    failSlab.disarm();
    assertThat(failing(cache, 40, KERNEL)).isEmpty();
  }

  @Test
  void aShareOfTheRequestsFails() {
    KmemCache cache = slub(MemoryMode.META, "-").create(cpu, "c", 64, KmemCacheArgs.NONE);
    failSlab.arm(Faults.ALL.withPercent(20));
    assertThat(failing(cache, 5000, KERNEL)).hasSizeBetween(800, 1200);
  }

  @Test
  void onlyFlaggedCachesFailWhenAskedFor() {
    Slub slub = slub(MemoryMode.META, "A,marked");
    KmemCache marked = slub.create(cpu, "marked", 64, KmemCacheArgs.NONE);
    KmemCache other = slub.create(cpu, "other", 64, KmemCacheArgs.NONE);
    assertThat(marked).isNotSameAs(other);
    failSlab.arm(Faults.ALL.withFlaggedOnly(true));
    assertThat(failing(marked, 3, KERNEL)).containsExactly(1, 2, 3);
    assertThat(failing(other, 3, KERNEL)).isEmpty();
  }

  @Test
  void thoseWhoMaySleepAreSparedAndThoseWhoCannotFailAlways() {
    KmemCache cache = slub(MemoryMode.META, "-").create(cpu, "c", 64, KmemCacheArgs.NONE);
    failSlab.arm(Faults.ALL.withSpareBlocking(true));
    assertThat(failing(cache, 3, KERNEL)).isEmpty();
    assertThat(failing(cache, 3, Gfp.GFP_ATOMIC)).hasSize(3);
    failSlab.arm(Faults.ALL);
    assertThat(failing(cache, 3, KERNEL | Gfp.NOFAIL)).isEmpty();
  }

  /** The allocation fails before a slab is made, so that constructors do not run for it. */
  @Test
  void nothingIsConstructedForWhatFails() {
    Slub slub = slub(MemoryMode.FULL, "FZPU");
    LiveObjects objects = new LiveObjects(slub.memory());
    KmemCache cache = slub.create(cpu, "c", 64, objects.args());
    failSlab.arm(Faults.ALL.withTimes(1));
    assertThat(cache.allocBulk(cpu, KERNEL, 4, new long[4])).isZero();
    assertThat(objects.constructed()).isZero();
    assertThat(cache.allocBulk(cpu, KERNEL, 4, new long[4])).isEqualTo(4);
    failSlab.arm(Faults.ALL.withNth(3));
    assertThat(cache.allocBulk(cpu, KERNEL, 4, new long[4])).isZero();
    assertThat(cache.stats().objectsInUse()).isEqualTo(4);
    assertThat(slub.log().errors()).isEmpty();
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThatThrownBy(() -> Faults.ALL.withPercent(101)).hasMessageContaining("percent=101");
    assertThatThrownBy(() -> Faults.ALL.withInterval(0)).hasMessageContaining("interval=0");
  }

  // ---- constructors ----

  private Slub withFailingConstructors(FailCtor failCtor) {
    Slub slub = new Slub(machine, pages, SlubConfig.defaults(MemoryMode.FULL));
    slub.install(failCtor);
    return slub;
  }

  /** 9.8: a constructor fails on purpose; what was made of its slab is undone. */
  @Test
  void theNthConstructorFails() {
    FailCtor failCtor = new FailCtor(machine);
    Slub slub = withFailingConstructors(failCtor);
    LiveObjects objects = new LiveObjects(slub.memory());
    KmemCache cache = slub.create(cpu, "c", 64, objects.args());
    failCtor.arm(Faults.ALL.withNth(5));
    long object = cache.alloc(cpu, KERNEL);
    assertThat(failCtor.failures()).isOne();
    assertThat(cache.stats().event(Stat.CTOR_FAIL)).isOne();
    assertThat(cache.stats().event(Stat.DTOR_CALLS)).isEqualTo(4);
    assertThat(object != 0)
        .as("a second try with the least order")
        .isEqualTo(cache.geometry().minOrder() < cache.geometry().order());
    failCtor.arm(Faults.ALL.withSpareBlocking(true));
    while (cache.alloc(cpu, Gfp.GFP_ATOMIC) != 0) {
      // what is constructed already
    }
    assertThat(failCtor.failures()).isPositive();
    assertThat(cache.alloc(cpu, KERNEL)).as("may sleep: spared").isNotZero();
    failCtor.disarm();
    cache.verify();
  }

  /** 9.8: a slab that is constructed as a whole fails as a whole. */
  @Test
  void aBatchFailsAsAWhole() {
    FailCtor failCtor = new FailCtor(machine);
    Slub slub = withFailingConstructors(failCtor);
    int[] made = {0};
    SlabLifeCycle counting =
        new SlabLifeCycle() {
          @Override
          public int constructMany(Cpu by, SlabIter objects, int gfp) {
            made[0] += objects.count();
            return objects.count();
          }

          @Override
          public void destructMany(Cpu by, SlabIter objects) {
            made[0] -= objects.count();
          }
        };
    KmemCache cache = slub.create(cpu, "c", 64, KmemCacheArgs.NONE.withBatch(counting));
    failCtor.arm(Faults.ALL);
    assertThat(cache.alloc(cpu, KERNEL)).isZero();
    assertThat(made[0]).isZero();
    assertThat(cache.stats().slabs()).isZero();
    failCtor.disarm();
    long object = cache.alloc(cpu, KERNEL);
    assertThat(object).isNotZero();
    cache.free(cpu, object);
    cache.shrink(cpu);
    assertThat(made[0]).isZero();
  }
}
