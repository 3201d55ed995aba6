package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.lockdep.LockdepException;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuHead;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.Sheaves;
import io.slablab.allocator.slub.SlabIter;
import io.slablab.allocator.slub.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checker's self-test over every cache with constructor and destructor: whoever breaks a rule
 * of locks gets an exception, so that going through is the assertion.
 */
class LockdepModuleTest {
  private static final int CPUS = 4;
  private static final int SLABS = 100;

  static Stream<Arguments> everyVariantAndUser() {
    return EveryVariantTest.everyVariantAndUser();
  }

  /** Designs whose slab cache constructs. */
  static Stream<Arguments> constructingVariants() {
    return everyVariantAndUser()
        .filter(
            row -> row.get()[0] instanceof Variant design && life(design) != ObjectLife.BY_POOL);
  }

  private static ObjectLife life(Variant variant) {
    return switch (variant) {
      case CTOR_DTOR, SHEAVES -> ObjectLife.BY_SLAB;
      case BATCH_CTOR, SLABLAB_BEST -> ObjectLife.BY_SLAB_BATCH;
      default -> ObjectLife.BY_POOL;
    };
  }

  private static void populateAndShrink(Cpu cpu, ObjectPool pool, int lives) {
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < lives; i++) {
      long object = pool.get(cpu, Gfp.GFP_KERNEL);
      assertThat(object).isNotZero();
      live.add(object);
    }
    live.forEach(object -> pool.put(cpu, object));
    pool.trim(cpu);
    assertThat(pool.stats().live()).isZero();
  }

  private static long mostSlabs(TestStack test) {
    return test.stack.slub().caches().stream()
        .mapToLong(cache -> cache.stats().slabs())
        .max()
        .orElse(0);
  }

  /** T-LD-31: populate at least two slabs, free, shrink. */
  @ParameterizedTest
  @MethodSource("everyVariantAndUser")
  void populateFreeShrink(Variant variant, EveryVariantTest.User user) {
    try (TestStack test = TestStack.of(CPUS, variant)) {
      Cpu cpu = test.enter(0);
      ObjectPool pool = variant.open(cpu, test.stack, user.type(cpu, test.stack, variant));
      long[] objects = LongStream.range(0, 100).map(_ -> pool.get(cpu, Gfp.GFP_KERNEL)).toArray();
      assertThat(mostSlabs(test)).isGreaterThanOrEqualTo(2);
      LongStream.of(objects).forEach(object -> pool.put(cpu, object));
      populateAndShrink(cpu, pool, 100);
      cpu.poll();
      pool.close(cpu);
      test.stack.checkNothingLeaked(cpu);
      test.leave(cpu);
      assertThat(test.stack.lockReports()).isEmpty();
    }
  }

  /**
   * T-LD-32: the same while the task reclaims. New slabs are asked for without waiting: their areas
   * are not to be waited for in reclaim, as the next test shows.
   */
  @ParameterizedTest
  @MethodSource("everyVariantAndUser")
  void populateFreeShrinkInReclaim(Variant variant, EveryVariantTest.User user) {
    try (TestStack test = TestStack.of(CPUS, variant)) {
      Cpu cpu = test.enter(0);
      ObjectPool pool = variant.open(cpu, test.stack, user.type(cpu, test.stack, variant));
      populateAndShrink(cpu, pool, 100);
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        live.add(pool.get(cpu, Gfp.GFP_KERNEL));
      }
      inReclaim(
          cpu,
          () -> {
            for (int i = 0; i < 100; i++) {
              live.add(pool.get(cpu, Gfp.GFP_NOWAIT));
            }
            live.removeIf(object -> object == 0);
            live.forEach(object -> pool.put(cpu, object));
            pool.trim(cpu);
          });
      assertThat(live).hasSizeGreaterThanOrEqualTo(100);
      cpu.poll();
      populateAndShrink(cpu, pool, 100);
      pool.close(cpu);
      test.stack.checkNothingLeaked(cpu);
      test.leave(cpu);
      assertThat(test.stack.lockReports()).isEmpty();
    }
  }

  private static void inReclaim(Cpu cpu, Runnable body) {
    cpu.begin(Section.RECLAIM);
    cpu.setTaskFlags(Cpu.PF_MEMALLOC);
    body.run();
    cpu.setTaskFlags(0);
    cpu.end(Section.RECLAIM);
  }

  /**
   * T-LD-32: a reclaimer that waits for per-CPU memory waits for pcpu_alloc_mutex, whose holder may
   * wait for reclaim: found wherever a design allocates it, in a constructor or in a life.
   */
  @ParameterizedTest
  @EnumSource(
      value = Variant.class,
      names = {"BASELINE", "CTOR_DTOR", "BATCH_CTOR", "SHEAVES", "SLABLAB_BEST", "ONE_BLOCK"})
  void waitingForAreasInReclaim(Variant variant) {
    try (TestStack test = TestStack.of(CPUS, variant)) {
      Cpu cpu = test.enter(0);
      ObjectType type = EveryVariantTest.User.MM.type(cpu, test.stack, variant);
      ObjectPool pool = variant.open(cpu, test.stack, type);
      populateAndShrink(cpu, pool, 1);
      cpu.begin(Section.RECLAIM);
      cpu.setTaskFlags(Cpu.PF_MEMALLOC);
      assertThatThrownBy(() -> pool.get(cpu, Gfp.GFP_KERNEL))
          .isInstanceOf(LockdepException.class)
          .hasMessageContaining("wants pcpu_alloc_mutex")
          .hasMessageContaining("pcpu_alloc_mutex -> fs_reclaim");
      assertThat(test.stack.lockReports()).hasSize(1);
    }
  }

  /** How objects go in and out of a cache in the design. */
  private record Front(KmemCache cache, @Nullable Sheaves sheaves) {
    static Front of(Cpu cpu, AllocatorStack stack, ObjectType type, Variant variant) {
      KmemCache cache = stack.createCache(cpu, type, life(variant));
      int capacity = variant.frontEnd() == FrontEnd.SHEAVES ? Sheaves.DEFAULT_CAPACITY : -1;
      return new Front(cache, capacity < 0 ? null : stack.slub().sheaves(cpu, cache, capacity));
    }

    long alloc(Cpu cpu) {
      return sheaves == null
          ? cache.alloc(cpu, Gfp.GFP_KERNEL)
          : sheaves.alloc(cpu, Gfp.GFP_KERNEL);
    }

    void free(Cpu cpu, long object) {
      if (sheaves == null) {
        cache.free(cpu, object);
      } else {
        sheaves.free(cpu, object);
      }
    }

    long destructed() {
      return cache.stats().event(Stat.DTOR_CALLS);
    }
  }

  /** What may come in between and free the last object of a slab. */
  enum Interrupt {
    HARDIRQ {
      @Override
      void run(Cpu cpu, CpuTask handler, Rcu rcu) {
        cpu.interrupt(handler);
      }
    },
    SOFTIRQ {
      @Override
      void run(Cpu cpu, CpuTask handler, Rcu rcu) {
        cpu.softirq(handler);
      }
    },
    RCU_CALLBACK {
      @Override
      void run(Cpu cpu, CpuTask handler, Rcu rcu) {
        rcu.callRcu(cpu, new RcuHead(handler));
        rcu.barrier(cpu);
      }
    };

    abstract void run(Cpu cpu, CpuTask handler, Rcu rcu);
  }

  /** T-LD-33: destructors in a hard interrupt, in a softirq, and in an RCU callback. */
  @ParameterizedTest
  @MethodSource("constructingVariants")
  void destructorsInInterrupts(Variant variant, EveryVariantTest.User user) {
    for (Interrupt interrupt : Interrupt.values()) {
      try (TestStack test = TestStack.of(CPUS, variant)) {
        Cpu cpu = test.enter(0);
        ObjectType type = user.type(cpu, test.stack, variant);
        Front front = Front.of(cpu, test.stack, type, variant);
        List<Long> objects = new ArrayList<>();
        for (int i = 0; i < SLABS * front.cache.geometry().objects(); i++) {
          objects.add(front.alloc(cpu));
        }
        assertThat(front.cache.stats().slabs()).isGreaterThanOrEqualTo(SLABS);
        assertThat(front.destructed()).isZero();
        interrupt.run(
            cpu, _ -> objects.forEach(object -> front.free(cpu, object)), test.stack.rcu());
        assertThat(front.destructed()).as("in the interrupt").isPositive();
        assertThat(test.stack.slub().destroy(cpu, front.cache).destroyed()).isTrue();
        type.close(cpu);
        test.stack.checkNothingLeaked(cpu);
        test.leave(cpu);
        assertThat(test.stack.lockReports()).isEmpty();
      }
    }
  }

  /** A type whose constructor fails once, at one object of a slab. */
  private static final class FailingType extends ObjectType {
    private final ObjectType type;
    private int left;

    FailingType(ObjectType type, int failAt) {
      super(type.form());
      this.type = type;
      this.left = failAt;
    }

    private boolean fails() {
      return left-- == 0;
    }

    @Override
    public int construct(Cpu cpu, long object, int gfp) {
      return fails() ? ENOMEM : type.construct(cpu, object, gfp);
    }

    /** One that makes a slab as a whole fails as a whole. */
    @Override
    public int constructMany(Cpu cpu, SlabIter objects, int gfp) {
      if (form() != Form.PARTITIONED) {
        return super.constructMany(cpu, objects, gfp);
      }
      return fails() ? 0 : type.constructMany(cpu, objects, gfp);
    }

    @Override
    public void destruct(Cpu cpu, long object) {
      type.destruct(cpu, object);
    }

    @Override
    public void destructMany(Cpu cpu, SlabIter objects) {
      type.destructMany(cpu, objects);
    }

    @Override
    public CacheSpec cache() {
      return type.cache();
    }

    @Override
    public int percpuBytes() {
      return type.percpuBytes();
    }

    @Override
    public int begin(Cpu cpu, long object, int gfp) {
      return type.begin(cpu, object, gfp);
    }

    @Override
    public void end(Cpu cpu, long object) {
      type.end(cpu, object);
    }

    @Override
    public void close(Cpu cpu) {
      type.close(cpu);
    }
  }

  /** T-LD-34: a constructor fails at each object in turn; what was made of its slab is undone. */
  @ParameterizedTest
  @MethodSource("constructingVariants")
  void constructorsFailAtEachObject(Variant variant, EveryVariantTest.User user) {
    int objects = 1;
    for (int failAt = 0; failAt < objects; failAt++) {
      try (TestStack test = TestStack.of(CPUS, variant)) {
        Cpu cpu = test.enter(0);
        ObjectType real = user.type(cpu, test.stack, variant);
        Front front = Front.of(cpu, test.stack, new FailingType(real, failAt), variant);
        objects = real.form() == ObjectType.Form.PARTITIONED ? 1 : front.cache.geometry().objects();
        long object = front.alloc(cpu);
        assertThat(front.cache.stats().event(Stat.CTOR_FAIL)).as("at %d", failAt).isEqualTo(1);
        assertThat(front.destructed())
            .isEqualTo(real.form() == ObjectType.Form.PARTITIONED ? 0 : failAt);
        boolean retried = front.cache.geometry().minOrder() < front.cache.geometry().order();
        assertThat(object != 0).as("a second try with the least order").isEqualTo(retried);
        front.free(cpu, object != 0 ? object : front.alloc(cpu));
        assertThat(test.stack.slub().destroy(cpu, front.cache).destroyed()).isTrue();
        assertThat(test.stack.percpuBytesInUse()).isZero();
        real.close(cpu);
        test.stack.checkNothingLeaked(cpu);
        test.leave(cpu);
        assertThat(test.stack.lockReports()).isEmpty();
      }
    }
  }
}
