package io.slablab.allocator.mm;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.TestStack;
import io.slablab.allocator.pool.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The owner of a life counts in the object, others in their pieces: the sum is one. */
class PartitionedMmTest {
  private static final int CPUS = 4;
  private static final int ANON = MmStruct.ANON_PAGES;

  private final TestStack test = TestStack.of(CPUS, Variant.SLABLAB_BEST);
  private final Cpu cpu = test.enter(0);
  private final MmStruct type = MmStruct.of(cpu, test.stack, Variant.SLABLAB_BEST.form(), false);
  private final ObjectPool pool = Variant.SLABLAB_BEST.open(cpu, test.stack, type);
  private long mm;

  @BeforeEach
  void begin() {
    mm = pool.get(cpu, Gfp.GFP_KERNEL);
  }

  @AfterEach
  void close() {
    pool.close(cpu);
    test.stack.checkNothingLeaked(cpu);
    test.leave(cpu);
    test.close();
  }

  private long piece(long object, int id) {
    long area = test.stack.memory().getLong(type.fbc(object, ANON) + 32);
    return test.stack.percpu().memory().getInt(test.stack.percpu().address(area, id));
  }

  @Test
  void theOwnerTouchesNoPerCpuCounter() {
    type.fault(cpu, mm, ANON, 5);
    assertThat(type.rss(cpu, mm, ANON)).isEqualTo(5);
    assertThat(piece(mm, 0)).isZero();
    pool.put(cpu, mm);
    assertThat(type.badRssStates()).isZero();
  }

  @Test
  void othersFoldAndTheirPartsEndWithTheLifeWhereverItEnds() {
    type.fault(cpu, mm, ANON, 5);
    Cpu other = test.enter(2);
    type.fault(other, mm, ANON, 10 * test.stack.counters().batch());
    type.fault(other, mm, ANON, 3);
    assertThat(piece(mm, 2)).isEqualTo(3);
    assertThat(type.rss(other, mm, ANON)).isEqualTo(8 + 10L * test.stack.counters().batch());
    pool.put(other, mm);
    assertThat(type.badRssStates()).isZero();
    for (int id = 0; id < CPUS; id++) {
      assertThat(piece(mm, id)).as("piece of CPU " + id).isZero();
    }
    long next = pool.get(other, Gfp.GFP_KERNEL);
    assertThat(next).isEqualTo(mm);
    assertThat(type.rss(other, next, ANON)).isZero();
    pool.put(other, next);
    test.leave(other);
  }

  @Test
  void aLeakIsFoundWhoeverMadeIt() {
    type.addRss(cpu, mm, MmStruct.SHMEM_PAGES, 1);
    Cpu other = test.enter(1);
    type.addRss(other, mm, MmStruct.SWAP_ENTRIES, 10L * test.stack.counters().batch());
    test.leave(other);
    pool.put(cpu, mm);
    assertThat(type.badRssStates()).isEqualTo(2);
    long next = pool.get(cpu, Gfp.GFP_KERNEL);
    for (int counter = 0; counter < MmStruct.RSS_COUNTERS; counter++) {
      assertThat(type.rss(cpu, next, counter)).isZero();
    }
    pool.put(cpu, next);
  }
}
