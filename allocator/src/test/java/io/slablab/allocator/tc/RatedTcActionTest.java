package io.slablab.allocator.tc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.FailurePolicy;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.TestStack;
import io.slablab.allocator.pool.Variant;
import io.slablab.allocator.slub.CacheStats;
import io.slablab.allocator.slub.KmemCache;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Actions with a rate estimator: the last step of a create, the first of an end. */
class RatedTcActionTest {
  private static final int CPUS = 4;
  private static final int GFP = Gfp.GFP_KERNEL;

  private static final class User implements AutoCloseable {
    final TestStack test;
    final Cpu cpu;
    final RatedTcAction type;
    final ObjectPool pool;
    final TcActions actions;
    final List<Long> hogged = new ArrayList<>();

    User(Variant variant) {
      test = TestStack.of(CPUS, variant);
      cpu = test.enter(0);
      TcAction plain = TcAction.of(test.stack, TcActionOps.GACT, variant.form(), true, false);
      type = (RatedTcAction) RatedTcAction.create(cpu, test.stack, plain, new RateParms(-2, 5));
      pool = variant.open(cpu, test.stack, type);
      actions = new TcActions(test.stack.machine(), type, pool);
    }

    AllocatorStack stack() {
      return test.stack;
    }

    long one() {
      long[] out = new long[1];
      assertThat(actions.createMany(cpu, GFP, out, 0, 1)).isZero();
      return out[0];
    }

    long estimatorsInUse() {
      return stack().stats().caches().stream()
          .filter(cache -> cache.name().equals("kmalloc-128"))
          .mapToLong(CacheStats::objectsInUse)
          .sum();
    }

    /** A slab of actions is there, and areas are; then no page and no estimator is to be had. */
    void hogEstimators() {
      actions.release(cpu, one(), true);
      stack().slub().kfreeRcuBarrier(cpu);
      stack().pages().setFailurePolicy((_, _, _) -> true);
      for (long each = estimators().alloc(cpu, GFP);
          each != 0;
          each = estimators().alloc(cpu, GFP)) {
        hogged.add(each);
      }
    }

    void freeOne() {
      estimators().free(cpu, hogged.removeLast());
    }

    void freeHogged() {
      stack().pages().setFailurePolicy(FailurePolicy.NONE);
      hogged.forEach(each -> estimators().free(cpu, each));
    }

    private KmemCache estimators() {
      return stack().slub().caches().stream()
          .filter(cache -> cache.name().equals("kmalloc-128"))
          .findFirst()
          .orElseThrow();
    }

    void end() {
      pool.close(cpu);
      stack().checkNothingLeaked(cpu);
    }

    @Override
    public void close() {
      test.leave(cpu);
      test.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void anActionHasAnEstimatorUntilAGracePeriodAfterItsEnd(Variant variant) {
    try (User user = new User(variant)) {
      long action = user.one();
      long estimator = user.type.estimator(action);
      Memory memory = user.stack().memory();
      assertThat(memory.getLong(estimator)).isEqualTo(action + TcActionLayout.BSTATS);
      assertThat(memory.getLong(estimator + 16))
          .isEqualTo(memory.getLong(action + TcActionLayout.CPU_BSTATS));
      assertThat(memory.getByte(estimator + 24)).isEqualTo((byte) 5);
      assertThat(memory.getByte(estimator + 25)).isZero();
      for (int at = 32; at < RateEstimators.BYTES; at += Long.BYTES) {
        assertThat(memory.getLong(estimator + at)).as("byte %d", at).isZero();
      }
      user.type.count(user.cpu, action, 1500);
      assertThat(user.type.packets(action)).isEqualTo(1);
      Cpu reader = user.test.enter(2);
      user.stack().rcu().readLock(reader);
      user.actions.release(user.cpu, action, true);
      long next = user.one();
      assertThat(user.type.estimator(next)).as("a reader may have it").isNotEqualTo(estimator);
      assertThat(user.type.packets(next)).isZero();
      user.actions.release(user.cpu, next, true);
      user.stack().rcu().readUnlock(reader);
      user.test.leave(reader);
      user.end();
    }
  }

  /** 6.2: the action has everything but its estimator; then nothing of it is left. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void withoutMemoryForTheEstimatorTheActionIsUndone(Variant variant) {
    try (User user = new User(variant)) {
      user.hogEstimators();
      long areas = user.stack().percpuBytesInUse();
      long[] two = new long[2];
      assertThat(user.actions.createMany(user.cpu, GFP, two, 0, 2)).isEqualTo(TcActions.ENOMEM);
      assertThat(user.actions.indices()).isZero();
      assertThat(user.pool.stats().live()).isZero();
      assertThat(user.pool.stats().failedGets()).isEqualTo(1);
      assertThat(user.stack().percpuBytesInUse()).isEqualTo(areas);
      user.freeHogged();
      assertThat(user.actions.createMany(user.cpu, GFP, two, 0, 2)).isZero();
      assertThat(user.type.packets(two[0])).isZero();
      user.actions.release(user.cpu, two[0], true);
      user.actions.release(user.cpu, two[1], true);
      user.end();
    }
  }

  /** The second of a filter's actions has none: the first one goes with its own estimator. */
  @Test
  void aFilterThatIsMadeInPartIsUndone() {
    try (User user = new User(Variant.BASELINE)) {
      user.hogEstimators();
      user.freeOne();
      long[] two = new long[2];
      assertThat(user.actions.createMany(user.cpu, GFP, two, 0, 2)).isEqualTo(TcActions.ENOMEM);
      assertThat(user.actions.indices()).isZero();
      user.stack().slub().kfreeRcuBarrier(user.cpu);
      assertThat(user.estimatorsInUse()).isEqualTo(user.hogged.size());
      user.freeHogged();
      user.end();
    }
  }

  /** 6.2: in reverse. Magazines give out first what came last: here they tell the order. */
  @Test
  void areasAreFreedInReverse() {
    try (User user = new User(Variant.REGION_CACHE)) {
      user.hogEstimators();
      long first = user.stack().areas().alloc(user.cpu, 16, 16, GFP);
      long second = user.stack().areas().alloc(user.cpu, 16, 16, GFP);
      user.stack().areas().free(user.cpu, second);
      user.stack().areas().free(user.cpu, first); // bstats takes it, bstats_hw the other
      long[] out = new long[1];
      assertThat(user.actions.createMany(user.cpu, GFP, out, 0, 1)).isNegative();
      assertThat(user.stack().areas().alloc(user.cpu, 16, 16, GFP)).isEqualTo(first);
      assertThat(user.stack().areas().alloc(user.cpu, 16, 16, GFP)).isEqualTo(second);
      user.stack().areas().free(user.cpu, second);
      user.stack().areas().free(user.cpu, first);
      user.freeHogged();
      user.end();
    }
  }

  /** The other order: what a release frees first is given out last. */
  @Test
  void aReleaseFreesTheAreasInTheirOrder() {
    try (User user = new User(Variant.REGION_CACHE)) {
      long action = user.one();
      long bstats = user.type.area(action, TcActionLayout.CPU_BSTATS);
      long bstatsHw = user.type.area(action, TcActionLayout.CPU_BSTATS_HW);
      user.actions.release(user.cpu, action, true);
      assertThat(user.stack().areas().alloc(user.cpu, 16, 16, GFP)).isEqualTo(bstatsHw);
      assertThat(user.stack().areas().alloc(user.cpu, 16, 16, GFP)).isEqualTo(bstats);
      user.stack().areas().free(user.cpu, bstats);
      user.stack().areas().free(user.cpu, bstatsHw);
      user.end();
    }
  }

  @Test
  void whatNoEstimatorIsAskedForWithIsRefused() {
    assertThatThrownBy(() -> new RateParms(4, 2)).hasMessageContaining("interval=4 ewmaLog=2");
    assertThatThrownBy(() -> new RateParms(-3, 2)).hasMessageContaining("interval=-3");
    assertThatThrownBy(() -> new RateParms(0, 32)).hasMessageContaining("ewmaLog=32");
  }
}
