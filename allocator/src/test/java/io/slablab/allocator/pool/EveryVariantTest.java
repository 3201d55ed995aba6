package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmKernel;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.tc.RateParms;
import io.slablab.allocator.tc.RatedTcAction;
import io.slablab.allocator.tc.TcAction;
import io.slablab.allocator.tc.TcActionOps;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every design owes its users, whatever it keeps for later. */
class EveryVariantTest {
  private static final int CPUS = 4;

  /** The two users of the stack, so that one test serves both. */
  enum User {
    MM {
      @Override
      ObjectType type(Cpu cpu, AllocatorStack stack, Variant variant) {
        return MmStruct.of(cpu, stack, variant.form(), false);
      }

      @Override
      void use(Cpu cpu, ObjectType type, long object) {
        ((MmStruct) type).fault(cpu, object, MmStruct.ANON_PAGES, 3);
      }

      @Override
      void checkUntouched(Cpu cpu, ObjectType type, long object) {
        for (int counter = 0; counter < MmStruct.RSS_COUNTERS; counter++) {
          assertThat(((MmStruct) type).rss(cpu, object, counter)).isZero();
        }
      }

      @Override
      void checkAtEnd(ObjectType type) {
        assertThat(((MmStruct) type).badRssStates()).isZero();
      }
    },
    TC {
      @Override
      ObjectType type(Cpu cpu, AllocatorStack stack, Variant variant) {
        return TcAction.of(stack, TcActionOps.GACT, variant.form(), true, false);
      }

      @Override
      void use(Cpu cpu, ObjectType type, long object) {
        TcAction actions = (TcAction) type;
        actions.count(cpu, object, 1500);
        actions.countDrop(cpu, object);
        actions.setCookie(object, 7);
        actions.setGotoChain(object, 9);
      }

      @Override
      void checkUntouched(Cpu cpu, ObjectType type, long object) {
        TcAction actions = (TcAction) type;
        assertThat(actions.packets(object)).isZero();
        assertThat(actions.bytes(object)).isZero();
        assertThat(actions.drops(object)).isZero();
        assertThat(actions.cookie(object)).isZero();
        assertThat(actions.gotoChain(object)).isZero();
      }

      @Override
      void checkAtEnd(ObjectType type) {
        assertThat(((TcAction) type).damagedHeads()).isZero();
      }
    },
    MM_V7_0 {
      @Override
      ObjectType type(Cpu cpu, AllocatorStack stack, Variant variant) {
        return MmStruct.of(cpu, stack, variant.form(), false, MmKernel.V7_0);
      }

      @Override
      void use(Cpu cpu, ObjectType type, long object) {
        assertThat(((MmStruct) type).addThread(cpu, object, Gfp.GFP_KERNEL)).isZero();
        MM.use(cpu, type, object);
      }

      @Override
      void checkUntouched(Cpu cpu, ObjectType type, long object) {
        MM.checkUntouched(cpu, type, object);
      }

      @Override
      void checkAtEnd(ObjectType type) {
        MM.checkAtEnd(type);
      }
    },
    TC_RATED {
      @Override
      ObjectType type(Cpu cpu, AllocatorStack stack, Variant variant) {
        TcAction type = (TcAction) TC.type(cpu, stack, variant);
        return RatedTcAction.create(cpu, stack, type, RateParms.DEFAULT);
      }

      @Override
      void use(Cpu cpu, ObjectType type, long object) {
        TC.use(cpu, type, object);
      }

      @Override
      void checkUntouched(Cpu cpu, ObjectType type, long object) {
        TC.checkUntouched(cpu, type, object);
      }

      @Override
      void checkAtEnd(ObjectType type) {
        TC.checkAtEnd(type);
      }
    };

    /** Those that every test tries; the others differ from them in little. */
    static final List<User> USUAL = List.of(MM, TC);

    abstract ObjectType type(Cpu cpu, AllocatorStack stack, Variant variant);

    abstract void use(Cpu cpu, ObjectType type, long object);

    /** T-CD-15, INV-TC-3 and INV-MM-1: nothing of an earlier life shows. */
    abstract void checkUntouched(Cpu cpu, ObjectType type, long object);

    abstract void checkAtEnd(ObjectType type);
  }

  static Stream<Arguments> everyVariantAndUser() {
    return Stream.of(Variant.values())
        .flatMap(variant -> User.USUAL.stream().map(user -> Arguments.of(variant, user)));
  }

  static Stream<Arguments> everyVariantAndAnyUser() {
    return Stream.of(Variant.values())
        .flatMap(variant -> Stream.of(User.values()).map(user -> Arguments.of(variant, user)));
  }

  @ParameterizedTest
  @MethodSource("everyVariantAndAnyUser")
  void churnOnOneCpuLeavesNothingBehind(Variant variant, User user) {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    try (TestStack test = TestStack.of(CPUS, variant)) {
      Cpu cpu = test.enter(0);
      ObjectType type = user.type(cpu, test.stack, variant);
      ObjectPool pool = variant.open(cpu, test.stack, type);
      List<Long> live = new ArrayList<>();
      for (int step = 0; step < 3000; step++) {
        if (live.isEmpty() || (random.nextInt(100) < 52 && live.size() < 400)) {
          long object = pool.get(cpu, Gfp.GFP_KERNEL);
          assertThat(object).as("seed %d step %d", seed, step).isNotZero();
          assertThat(live).doesNotContain(object);
          user.checkUntouched(cpu, type, object);
          user.use(cpu, type, object);
          live.add(object);
        } else {
          pool.put(cpu, live.remove(random.nextInt(live.size())));
        }
        cpu.poll();
        if (step % 500 == 0) {
          test.stack.verify();
        }
      }
      PoolStats stats = pool.stats();
      assertThat(stats.live()).isEqualTo(live.size());
      assertThat(stats.constructed()).isGreaterThanOrEqualTo(stats.live());
      live.forEach(object -> pool.put(cpu, object));
      pool.trim(cpu);
      assertThat(pool.stats().idle()).as("idle after trim").isZero();
      assertThat(test.stack.percpuBytesInUse()).as("percpu bytes after trim").isZero();
      pool.close(cpu);
      test.stack.checkNothingLeaked(cpu);
      user.checkAtEnd(type);
      test.leave(cpu);
    }
  }

  @ParameterizedTest
  @MethodSource("everyVariantAndUser")
  void whenMemoryRunsOutGetReturnsNothingAndLeavesNothing(Variant variant, User user) {
    try (TestStack test = TestStack.of(CPUS, variant)) {
      Cpu cpu = test.enter(0);
      ObjectType type = user.type(cpu, test.stack, variant);
      ObjectPool pool = variant.open(cpu, test.stack, type);
      test.hogAllBut(cpu, 1);
      List<Long> live = new ArrayList<>();
      for (long object = pool.get(cpu, Gfp.GFP_KERNEL | Gfp.NOWARN);
          object != 0;
          object = pool.get(cpu, Gfp.GFP_KERNEL | Gfp.NOWARN)) {
        live.add(object);
      }
      assertThat(pool.stats().failedGets()).isPositive();
      test.stack.verify();
      test.freeHogged(cpu);
      long after = pool.get(cpu, Gfp.GFP_KERNEL);
      assertThat(after).isNotZero();
      live.add(after);
      live.forEach(object -> pool.put(cpu, object));
      pool.close(cpu);
      test.stack.checkNothingLeaked(cpu);
      test.leave(cpu);
    }
  }

  @ParameterizedTest
  @MethodSource("everyVariantAndUser")
  void objectsMadeOnOneCpuMayEndOnAnother(Variant variant, User user) throws Exception {
    try (TestStack test = TestStack.of(CPUS, variant)) {
      Cpu first = test.enter(0);
      ObjectType type = user.type(first, test.stack, variant);
      ObjectPool pool = variant.open(first, test.stack, type);
      test.leave(first);
      BlockingQueue<Long> made = new ArrayBlockingQueue<>(64);
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      int lives = 4000;
      Thread maker = worker(test, 1, failure, cpu -> make(cpu, pool, user, type, made, lives));
      Thread ender = worker(test, 2, failure, cpu -> end(cpu, pool, user, type, made, lives));
      maker.join(TimeUnit.SECONDS.toMillis(30));
      ender.join(TimeUnit.SECONDS.toMillis(30));
      assertThat(failure.get()).isNull();
      assertThat(maker.isAlive() || ender.isAlive()).isFalse();
      Cpu last = test.enter(3);
      pool.close(last);
      test.stack.checkNothingLeaked(last);
      user.checkAtEnd(type);
      test.leave(last);
    }
  }

  private interface Body {
    void run(Cpu cpu) throws InterruptedException;
  }

  private static Thread worker(
      TestStack test, int id, AtomicReference<@Nullable Throwable> failure, Body body) {
    return Thread.ofPlatform()
        .start(() -> {
          Cpu cpu = test.enter(id);
          try {
            body.run(cpu);
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          } finally {
            test.leave(cpu);
          }
        });
  }

  private static void make(
      Cpu cpu, ObjectPool pool, User user, ObjectType type, BlockingQueue<Long> to, int lives)
      throws InterruptedException {
    for (int i = 0; i < lives; i++) {
      long object = pool.get(cpu, Gfp.GFP_KERNEL);
      user.checkUntouched(cpu, type, object);
      user.use(cpu, type, object);
      while (!to.offer(object, 1, TimeUnit.MILLISECONDS)) {
        cpu.poll();
      }
      cpu.poll();
    }
  }

  private static void end(
      Cpu cpu, ObjectPool pool, User user, ObjectType type, BlockingQueue<Long> from, int lives)
      throws InterruptedException {
    for (int i = 0; i < lives; ) {
      Long object = from.poll(1, TimeUnit.MILLISECONDS);
      if (object != null) {
        user.use(cpu, type, object);
        pool.put(cpu, object);
        i++;
      }
      cpu.poll();
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void aDesignIsDescribedForThoseWhoChoose(Variant variant) {
    assertThat(
            List.of(
                variant.description(),
                variant.hotLocks(),
                variant.idleBound(),
                variant.failureModes()))
        .allSatisfy(text -> assertThat(text).isNotBlank().doesNotContain("\n"));
    assertThat(Variant.of(variant.id())).contains(variant);
  }

  @ParameterizedTest
  @EnumSource(
      value = Variant.class,
      names = {"REGION_CACHE", "SCALABLE_PERCPU", "SHEAVES", "SLABLAB_BEST"})
  void aStackBuiltForAnotherDesignIsRefused(Variant variant) {
    try (TestStack test = TestStack.of(1, Variant.BASELINE)) {
      Cpu cpu = test.enter(0);
      MmStruct type = MmStruct.of(cpu, test.stack, variant.form(), false);
      assertThatThrownBy(() -> variant.open(cpu, test.stack, type))
          .hasMessageContaining("stack of another design: variant=" + variant.id());
      test.leave(cpu);
    }
  }
}
