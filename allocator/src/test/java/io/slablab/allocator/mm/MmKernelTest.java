package io.slablab.allocator.mm;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.ObjectType;
import io.slablab.allocator.pool.TestStack;
import io.slablab.allocator.pool.Variant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an mm of each kernel keeps per CPU, and what its lives cost. */
class MmKernelTest {
  private static final int CPUS = 4;
  private static final int GFP = Gfp.GFP_KERNEL;

  private TestStack test = TestStack.of(CPUS);
  private Cpu cpu = test.enter(0);

  @AfterEach
  void close() {
    test.leave(cpu);
    test.close();
  }

  private record User(MmStruct type, ObjectPool pool) {}

  private User user(Variant variant, MmKernel kernel) {
    close();
    test = TestStack.of(CPUS, variant);
    cpu = test.enter(0);
    MmStruct type = MmStruct.of(cpu, test.stack, variant.form(), false, kernel);
    return new User(type, variant.open(cpu, test.stack, type));
  }

  private void end(User user) {
    user.pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
  }

  private long bytes() {
    return test.stack.percpuBytesInUse();
  }

  /** 5.2: bytes per CPU of one live mm, and with a second thread. */
  @ParameterizedTest
  @CsvSource({
    "BASELINE, V6_15, 32, 32",
    "BASELINE, V7_0, 80, 84",
    "CTOR_DTOR, V6_15, 32, 32",
    "CTOR_DTOR, V7_0, 80, 84",
    "ONE_BLOCK, V6_15, 32, 32",
    "ONE_BLOCK, V7_0, 84, 84",
    "LAZY_COUNTERS, V6_15, 16, 32",
    "LAZY_COUNTERS, V7_0, 64, 84",
    "SLABLAB_BEST, V6_15, 32, 32",
    "SLABLAB_BEST, V7_0, 84, 84",
  })
  void percpuBytesOfALife(Variant variant, MmKernel kernel, int one, int threaded) {
    User user = user(variant, kernel);
    long before = bytes();
    long mm = user.pool.get(cpu, GFP);
    long objects = variant.form().constructed() ? user.pool.stats().constructed() : 1;
    assertThat(bytes() - before).isEqualTo(objects * one);
    assertThat(user.type.percpuBytes()).isEqualTo(one);
    for (int thread = 0; thread < 3; thread++) {
      assertThat(user.type.addThread(cpu, mm, GFP)).isZero();
      assertThat(bytes() - before).isEqualTo((objects - 1) * one + threaded);
    }
    user.pool.put(cpu, mm);
    user.pool.trim(cpu);
    assertThat(bytes()).isEqualTo(before);
    end(user);
  }

  /** pcpu_alloc_mutex, pcpu_lock, percpu_counters_lock of a life with one thread, then with two. */
  private static List<List<Long>> locksOf(Variant variant, MmKernel kernel) {
    boolean futex = kernel == MmKernel.V7_0;
    return switch (variant) {
      case BASELINE ->
          List.of(List.of(2L, 4L, 2L), futex ? List.of(3L, 6L, 2L) : List.of(2L, 4L, 2L));
      case CTOR_DTOR ->
          List.of(List.of(0L, 0L, 0L), futex ? List.of(1L, 2L, 0L) : List.of(0L, 0L, 0L));
      case ONE_BLOCK -> List.of(List.of(1L, 2L, 2L), List.of(1L, 2L, 2L));
      case LAZY_COUNTERS ->
          List.of(List.of(1L, 2L, 0L), futex ? List.of(3L, 6L, 2L) : List.of(2L, 4L, 2L));
      default -> List.of(List.of(0L, 0L, 0L), List.of(0L, 0L, 0L));
    };
  }

  @ParameterizedTest
  @CsvSource({
    "BASELINE, V6_15", "BASELINE, V7_0",
    "CTOR_DTOR, V6_15", "CTOR_DTOR, V7_0",
    "ONE_BLOCK, V6_15", "ONE_BLOCK, V7_0",
    "LAZY_COUNTERS, V6_15", "LAZY_COUNTERS, V7_0",
    "SLABLAB_BEST, V6_15", "SLABLAB_BEST, V7_0",
  })
  void locksOfALife(Variant variant, MmKernel kernel) {
    User user = user(variant, kernel);
    List<List<Long>> expected = locksOf(variant, kernel);
    assertThat(locksPerLife(user, false)).isEqualTo(expected.getFirst());
    assertThat(locksPerLife(user, true)).isEqualTo(expected.getLast());
    end(user);
  }

  private List<Long> locksPerLife(User user, boolean threaded) {
    int lives = 100;
    lives(user, lives, threaded);
    cpu.poll();
    Map<String, Long> before = test.acquired();
    lives(user, lives, threaded);
    Map<String, Long> perLife = new HashMap<>();
    test.acquired()
        .forEach(
            (name, count) -> perLife.put(name, (count - before.getOrDefault(name, 0L)) / lives));
    return List.of(
        perLife.get("pcpu_alloc_mutex"),
        perLife.get("pcpu_lock"),
        perLife.get("percpu_counters_lock"));
  }

  private void lives(User user, int lives, boolean threaded) {
    for (int life = 0; life < lives; life++) {
      long mm = user.pool.get(cpu, GFP);
      if (threaded) {
        assertThat(user.type.addThread(cpu, mm, GFP)).isZero();
      }
      user.pool.put(cpu, mm);
    }
  }

  /** The ids of a life are never those of the one before, wherever it ran. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void aNewLifeOfV70HasZeroIdsOnLinesOfTheirOwn(Variant variant) {
    User user = user(variant, MmKernel.V7_0);
    Memory areas = test.stack.percpu().memory();
    long mm = user.pool.get(cpu, GFP);
    long other = user.pool.get(cpu, GFP);
    assertThat(user.type.cidArea(mm) % 64).isZero();
    assertThat(Math.abs(user.type.cidArea(mm) - user.type.cidArea(other)))
        .isGreaterThanOrEqualTo(64);
    for (int id : new int[] {0, 2}) {
      Cpu runs = id == 0 ? cpu : test.enter(id);
      user.type.fault(runs, mm, MmStruct.ANON_PAGES, 1);
      areas.fill(test.stack.percpu().address(user.type.cidArea(mm), id), 64, (byte) -1);
      if (id != 0) {
        test.leave(runs);
      }
    }
    for (int id = 0; id < CPUS; id++) {
      long mine = test.stack.percpu().address(user.type.cidArea(other), id);
      assertThat(areas.getLong(mine)).as("the neighbour's").isZero();
      assertThat(areas.getLong(mine + 56)).as("the neighbour's").isZero();
    }
    user.pool.put(cpu, mm);
    long next = user.pool.get(cpu, GFP);
    assertThat(next).isEqualTo(mm);
    for (int id = 0; id < CPUS; id++) {
      long mine = test.stack.percpu().address(user.type.cidArea(next), id);
      for (int at = 0; at < 64; at += Long.BYTES) {
        assertThat(areas.getLong(mine + at)).as("CPU %d byte %d", id, at).isZero();
      }
    }
    user.pool.put(cpu, next);
    user.pool.put(cpu, other);
    assertThat(user.type.badRssStates()).isZero();
    end(user);
  }

  /** 5.6: v6.15 sets every CPU's words in each life; v7.0 leaves a new area as it is. */
  @ParameterizedTest
  @EnumSource(MmKernel.class)
  void walksOverAllCpus(MmKernel kernel) {
    User user = user(Variant.BASELINE, kernel);
    Memory areas = test.stack.percpu().memory();
    long area = test.stack.areas().alloc(cpu, 64, 64, GFP);
    for (int id = 0; id < CPUS; id++) {
      areas.putLong(test.stack.percpu().address(area, id), 77);
    }
    user.type.kernel.initCids(cpu, area);
    for (int id = 0; id < CPUS; id++) {
      assertThat(areas.getLong(test.stack.percpu().address(area, id)))
          .isEqualTo(kernel == MmKernel.V6_15 ? 0 : 77);
    }
    user.type.kernel.resetCids(cpu, area);
    for (int id = 0; id < CPUS; id++) {
      assertThat(areas.getLong(test.stack.percpu().address(area, id))).isZero();
    }
    test.stack.areas().free(cpu, area);
    end(user);
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void whatV70HasInTheStructIsMadeInEveryLife(Variant variant) {
    User user = user(variant, MmKernel.V7_0);
    Memory memory = test.stack.memory();
    MmLayout layout = user.type.layout;
    for (int life = 0; life < 2; life++) {
      long mm = user.pool.get(cpu, GFP);
      for (int field : new int[] {layout.cidMutexWaiters, layout.cidWorkEntry}) {
        assertThat(memory.getLong(mm + field)).isEqualTo(mm + field);
        assertThat(memory.getLong(mm + field + 8)).isEqualTo(mm + field);
        memory.putLong(mm + field, 0);
      }
      assertThat(memory.getLong(mm + layout.futexRef)).isZero();
      assertThat(user.type.addThread(cpu, mm, GFP)).isZero();
      assertThat(memory.getLong(mm + layout.futexRef)).isNotZero();
      user.pool.put(cpu, mm);
    }
    end(user);
  }

  /** Behind the counters' pieces, in an area that nobody else's piece lies in. */
  @Test
  void aSharedFutexRefIsItsOwn() {
    User user = user(Variant.SLABLAB_BEST, MmKernel.V7_0);
    long mm = user.pool.get(cpu, GFP);
    long other = user.pool.get(cpu, GFP);
    assertThat(user.type.addThread(cpu, mm, GFP)).isZero();
    Memory areas = test.stack.percpu().memory();
    for (int id = 0; id < CPUS; id++) {
      long futex = test.stack.memory().getLong(mm + user.type.layout.futexRef);
      areas.putInt(test.stack.percpu().address(futex, id), 1000);
    }
    for (long each : new long[] {mm, other}) {
      for (int counter = 0; counter < MmStruct.RSS_COUNTERS; counter++) {
        assertThat(user.type.rss(cpu, each, counter)).isZero();
      }
      assertThat(areas.getLong(test.stack.percpu().address(user.type.cidArea(each), 1))).isZero();
    }
    user.pool.put(cpu, mm);
    user.pool.put(cpu, other);
    end(user);
  }

  /** 5.2: GFP_KERNEL, not charged; counters that are made for a second thread are. */
  @ParameterizedTest
  @CsvSource({"BASELINE, 0", "CTOR_DTOR, 0", "LAZY_COUNTERS, 96"})
  void aFutexRefIsNotCharged(Variant variant, int charged) {
    User user = user(variant, MmKernel.V7_0);
    ObjCgroup group = new ObjCgroup(test.stack.machine(), 1000);
    test.hogFirstChunk(cpu);
    test.stack.percpu().setCgroup(cpu, group);
    long mm = user.pool.get(cpu, GFP);
    long before = group.usedBytes();
    assertThat(user.type.addThread(cpu, mm, GFP)).isZero();
    assertThat(group.usedBytes() - before).isEqualTo(charged); // 16 on 4 CPUs, and 32
    user.pool.put(cpu, mm);
    test.stack.percpu().setCgroup(cpu, null);
    assertThat(group.usedBytes()).isZero();
    test.freeHogged(cpu);
    end(user);
  }

  @ParameterizedTest
  @CsvSource({
    "BASELINE, V7_0",
    "CTOR_DTOR, V7_0",
    "LAZY_COUNTERS, V7_0",
    "LAZY_COUNTERS, V6_15",
  })
  void aThreadThatFindsNoMemoryLeavesTheProcessUsable(Variant variant, MmKernel kernel) {
    User user = user(variant, kernel);
    long mm = user.pool.get(cpu, GFP);
    user.type.fault(cpu, mm, MmStruct.ANON_PAGES, 5);
    test.hogPages(cpu);
    test.hogSmallAreas(cpu);
    assertThat(user.type.addThread(cpu, mm, GFP)).isEqualTo(ObjectType.ENOMEM);
    assertThat(user.type.rss(cpu, mm, MmStruct.ANON_PAGES)).isEqualTo(5);
    test.freeHogged(cpu);
    assertThat(user.type.addThread(cpu, mm, GFP)).isZero();
    assertThat(user.type.rss(cpu, mm, MmStruct.ANON_PAGES)).isEqualTo(5);
    user.pool.put(cpu, mm);
    assertThat(user.type.badRssStates()).isZero();
    end(user);
  }
}
