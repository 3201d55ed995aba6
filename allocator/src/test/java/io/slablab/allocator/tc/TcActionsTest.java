package io.slablab.allocator.tc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.TestStack;
import io.slablab.allocator.pool.Variant;
import io.slablab.allocator.slub.CacheStats;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TcActionsTest {
  private static final int CPUS = 4;
  private static final int GFP = Gfp.GFP_KERNEL;
  private static final int EAGAIN = -11;

  private TestStack test = TestStack.of(CPUS);
  private Cpu cpu = test.enter(0);

  private void rebuildFor(Variant variant) {
    close();
    test = TestStack.of(CPUS, variant);
    cpu = test.enter(0);
  }

  @AfterEach
  void close() {
    test.leave(cpu);
    test.close();
  }

  private record User(TcAction type, ObjectPool pool, TcActions actions) {
    long one(Cpu cpu) {
      long[] out = new long[1];
      assertThat(actions.createMany(cpu, GFP, out, 0, 1)).isZero();
      return out[0];
    }
  }

  private User user(Variant variant, boolean cpustats, boolean faithful) {
    rebuildFor(variant);
    TcAction type = TcAction.of(test.stack, TcActionOps.GACT, variant.form(), cpustats, faithful);
    ObjectPool pool = variant.open(cpu, test.stack, type);
    return new User(type, pool, new TcActions(test.stack.machine(), type, pool));
  }

  private void end(User user) {
    user.pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  /** T-CD-15, INV-TC-3. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void aRecycledActionReportsNothingOfItsPast(Variant variant) {
    User user = user(variant, true, false);
    long first = user.one(cpu);
    use(user, first);
    assertThat(user.type.packets(first)).isEqualTo(2);
    assertThat(user.type.bytes(first)).isEqualTo(3000);
    assertThat(user.type.drops(first)).isEqualTo(1);
    user.actions.release(cpu, first, true);
    long second = user.one(cpu);
    assertThat(second).isEqualTo(first);
    assertThat(user.type.packets(second)).isZero();
    assertThat(user.type.bytes(second)).isZero();
    assertThat(user.type.drops(second)).isZero();
    assertThat(user.type.cookie(second)).isZero();
    assertThat(user.type.gotoChain(second)).isZero();
    user.actions.release(cpu, second, true);
    end(user);
  }

  private void use(User user, long action) {
    user.type.count(cpu, action, 1500);
    Cpu other = test.enter(2);
    user.type.count(other, action, 1500);
    user.type.countDrop(other, action);
    test.leave(other);
    user.type.setCookie(action, 0xc001);
    user.type.setGotoChain(action, 7);
  }

  @Test
  void faithfulKeepsStatisticsCookieAndChain() {
    User user = user(Variant.CTOR_DTOR, true, true);
    long first = user.one(cpu);
    use(user, first);
    user.actions.release(cpu, first, true);
    long second = user.one(cpu);
    assertThat(second).isEqualTo(first);
    assertThat(user.type.packets(second)).isEqualTo(2);
    assertThat(user.type.cookie(second)).isEqualTo(0xc001);
    assertThat(user.type.gotoChain(second)).isEqualTo(7);
    user.actions.release(cpu, second, true);
    end(user);
  }

  @Test
  void faithfulLetsAKindWithFieldsOfItsOwnOverwriteItsNeighbour() {
    User user = user(Variant.CTOR_DTOR, true, true);
    long[] many = new long[10];
    assertThat(user.actions.createMany(cpu, GFP, many, 0, many.length)).isZero();
    for (long action : many) {
      user.actions.release(cpu, action, true);
    }
    assertThat(user.type.damagedHeads()).isPositive();
  }

  @Test
  void everyKindHasACacheOfItsOwnSize() {
    User gact = user(Variant.CTOR_DTOR, true, false);
    TcAction type =
        TcAction.of(test.stack, TcActionOps.MIRRED, Variant.CTOR_DTOR.form(), true, false);
    ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
    assertThat(test.stack.stats().caches())
        .extracting(CacheStats::name, cache -> cache.geometry().objectSize())
        .containsExactly(tuple("tc_action_gact", 216), tuple("tc_action_mirred", 248));
    pool.close(cpu);
    end(gact);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void locksPerAction(Variant variant) {
    int lives = 100;
    User user = user(variant, true, false);
    for (int i = 0; i < lives; i++) {
      user.actions.release(cpu, user.one(cpu), true);
    }
    cpu.poll();
    Map<String, Long> before = test.acquired();
    for (int i = 0; i < lives; i++) {
      user.actions.release(cpu, user.one(cpu), true);
    }
    Map<String, Long> perLife = new HashMap<>();
    test.acquired()
        .forEach(
            (name, count) -> perLife.put(name, (count - before.getOrDefault(name, 0L)) / lives));
    long areas =
        switch (variant) {
          case BASELINE -> 3;
          case ONE_BLOCK -> 1;
          default -> 0;
        };
    assertThat(perLife)
        .containsEntry("pcpu_alloc_mutex", areas)
        .containsEntry("pcpu_lock", 2 * areas)
        .containsEntry("idrinfo->lock", 3L);
    end(user);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void withoutStatisticsNoPercpuMemoryIsTouched(Variant variant) {
    User user = user(variant, false, false);
    long before = test.stack.percpuBytesInUse();
    long action = user.one(cpu);
    assertThat(test.stack.percpuBytesInUse()).isEqualTo(before);
    assertThat(user.type.packets(action)).isZero();
    user.actions.release(cpu, action, true);
    end(user);
  }

  /** INV-TC-1, INV-TC-2. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void anIndexIsAbsentPlaceholderOrLive(Variant variant) {
    User user = user(variant, true, false);
    TcActions actions = user.actions;
    assertThat(actions.find(cpu, 5)).isZero();
    assertThat(actions.checkAlloc(cpu, 5, true)).isEqualTo(5);
    assertThat(actions.checkAlloc(cpu, 5, true)).isEqualTo(EAGAIN);
    assertThat(actions.find(cpu, 5)).isZero();
    long action = actions.create(cpu, GFP, 5, true);
    assertThat(actions.checkAlloc(cpu, 5, true)).isEqualTo(EAGAIN);
    actions.insert(cpu, action);
    assertThat(actions.find(cpu, 5)).isEqualTo(action);
    assertThat(actions.checkAlloc(cpu, 5, true)).isZero();
    assertThat(user.type.references(action)).isEqualTo(2);
    assertThat(user.type.bindings(action)).isEqualTo(2);
    assertThat(actions.release(cpu, action, true)).isFalse();
    assertThat(user.type.references(action)).isEqualTo(1);
    assertThat(user.type.bindings(action)).isEqualTo(1);
    assertThat(actions.release(cpu, action, true)).isTrue();
    assertThat(actions.find(cpu, 5)).isZero();
    assertThat(actions.indices()).isZero();
    end(user);
  }

  @Test
  void indicesAreTheLowestFreeOnesAndGrowWithoutLimit() {
    User user = user(Variant.CTOR_DTOR, false, false);
    long[] many = new long[3000];
    assertThat(user.actions.createMany(cpu, GFP, many, 0, many.length)).isZero();
    assertThat(Arrays.stream(many).map(user.type::index).toArray())
        .containsExactly(LongStream.rangeClosed(1, 3000).toArray());
    user.actions.release(cpu, many[1999], true);
    user.actions.release(cpu, many[99], true);
    many[99] = user.one(cpu);
    many[1999] = user.one(cpu);
    assertThat(user.type.index(many[99])).isEqualTo(100);
    assertThat(user.type.index(many[1999])).isEqualTo(2000);
    assertThat(user.actions.checkAlloc(cpu, 1_000_000, true)).isEqualTo(1_000_000);
    assertThat(user.actions.create(cpu, GFP, 1_000_000, true)).isNotZero();
    user.actions.insert(cpu, user.actions.find(cpu, 100));
    assertThat(user.actions.indices()).isEqualTo(3001);
  }

  /** INV-TC-4: with n free areas, the first n allocations of the areas succeed. */
  @Test
  void aFilterThatCannotBeMadeLeavesNothing() {
    User user = user(Variant.BASELINE, true, false);
    user.actions.release(cpu, user.one(cpu), true); // a slab is there
    test.hogPages(cpu);
    test.hogAreas(cpu);
    long[] two = new long[2];
    for (int areas = 0; areas < 6; areas++) {
      assertThat(user.actions.createMany(cpu, GFP, two, 0, 2)).as("areas=%d", areas).isNegative();
      assertThat(user.actions.indices()).isZero();
      assertThat(user.pool.stats().live()).isZero();
      test.freeAreas(cpu, 1);
    }
    test.freeHogged(cpu);
    assertThat(user.actions.createMany(cpu, GFP, two, 0, 2)).isZero();
    user.actions.release(cpu, two[0], true);
    user.actions.release(cpu, two[1], true);
    end(user);
  }

  @Test
  void aSlabOfActionsThatCannotBeConstructedLeavesNothing() {
    User user = user(Variant.CTOR_DTOR, true, false);
    test.hogAllBut(cpu, 2);
    long[] one = new long[1];
    for (int areas = 0; areas < 8; areas++) {
      assertThat(user.actions.createMany(cpu, GFP, one, 0, 1)).isNegative();
      assertThat(user.pool.stats().constructed()).isZero();
      assertThat(user.actions.indices()).isZero();
      test.freeAreas(cpu, 1);
    }
    test.freeHogged(cpu);
    user.actions.release(cpu, user.one(cpu), true);
    end(user);
  }
}
