package io.slablab.allocator.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.lockdep.LockdepException;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.TestStack;
import io.slablab.allocator.pool.Variant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users and references: who is the last ends what it has to, once and where it may. */
@Timeout(60)
class MmReferencesTest {
  private static final int CPUS = 4;
  private static final int GFP = Gfp.GFP_KERNEL;
  private static final int ANON = MmStruct.ANON_PAGES;

  private static final class User implements AutoCloseable {
    final TestStack test;
    final Cpu cpu;
    final MmStruct type;
    final ObjectPool pool;
    final MmReferences mms;

    User(Variant variant) {
      test = TestStack.of(CPUS, variant);
      cpu = test.enter(0);
      type = MmStruct.of(cpu, test.stack, variant.form(), false, MmKernel.V7_0);
      pool = variant.open(cpu, test.stack, type);
      mms = new MmReferences(test.stack.machine(), type, pool);
    }

    @Override
    public void close() {
      test.leave(cpu);
      test.close();
    }

    void checkAllGone() {
      assertThat(pool.stats().live()).isZero();
      assertThat(type.pgdListLength(cpu)).isEqualTo(1);
      assertThat(type.badRssStates()).isZero();
      pool.close(cpu);
      test.stack.checkNothingLeaked(cpu);
      assertThat(test.stack.lockReports()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void theLastThreadEndsTheProcess(Variant variant) {
    try (User user = new User(variant)) {
      long mm = user.pool.get(user.cpu, GFP);
      for (int thread = 0; thread < 2; thread++) {
        assertThat(user.type.addThread(user.cpu, mm, GFP)).isZero();
        user.mms.mmget(mm);
      }
      assertThat(user.type.users(mm)).isEqualTo(3);
      assertThat(user.type.references(mm)).as("all users are one").isEqualTo(1);
      user.type.fault(user.cpu, mm, ANON, 7);
      assertThat(user.mms.mmput(user.cpu, mm)).isFalse();
      Cpu other = user.test.enter(2);
      user.type.addRss(other, mm, ANON, 2);
      user.type.addRss(other, mm, ANON, -2);
      assertThat(user.mms.mmput(other, mm)).isFalse();
      user.test.leave(other);
      assertThat(user.pool.stats().live()).isEqualTo(1);
      assertThat(user.type.rss(user.cpu, mm, ANON)).isEqualTo(7);
      assertThat(user.mms.mmput(user.cpu, mm)).isTrue();
      user.checkAllGone();
    }
  }

  /** 5.4: the last user unmaps; who has a reference keeps the struct and its page table. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void aReferenceOutlivesTheUsers(Variant variant) {
    try (User user = new User(variant)) {
      long mm = user.pool.get(user.cpu, GFP);
      assertThat(user.type.addThread(user.cpu, mm, GFP)).isZero();
      user.mms.mmgrab(mm);
      user.type.fault(user.cpu, mm, ANON, 600);
      assertThat(user.type.pgtablesBytes(mm)).isEqualTo(2 * 4096);
      assertThat(user.mms.mmput(user.cpu, mm)).isTrue();
      assertThat(user.type.rss(user.cpu, mm, ANON)).isZero();
      assertThat(user.type.pgtablesBytes(mm)).isZero();
      assertThat(user.test.stack.memory().getLong(mm + user.type.layout.futexRef)).isZero();
      assertThat(user.mms.mmgetNotZero(mm)).as("nobody uses it again").isFalse();
      assertThat(user.pool.stats().live()).isEqualTo(1);
      assertThat(user.type.pgdListLength(user.cpu)).isEqualTo(2);
      assertThat(user.mms.mmdrop(user.cpu, mm)).isTrue();
      user.checkAllGone();
    }
  }

  @Test
  void aTemporaryUserKeepsTheAddressSpace() {
    try (User user = new User(Variant.BASELINE)) {
      long mm = user.pool.get(user.cpu, GFP);
      user.mms.mmgrab(mm);
      assertThat(user.mms.mmgetNotZero(mm)).isTrue();
      user.type.fault(user.cpu, mm, ANON, 7);
      assertThat(user.mms.mmput(user.cpu, mm)).isFalse();
      assertThat(user.type.rss(user.cpu, mm, ANON)).isEqualTo(7);
      assertThat(user.mms.mmput(user.cpu, mm)).isTrue();
      assertThat(user.mms.mmdrop(user.cpu, mm)).isTrue();
      user.checkAllGone();
    }
  }

  /** 5.4: pgd_lock is taken with interrupts on, so that no handler may end a life itself. */
  @Test
  void aHandlerLeavesTheEndToAWorker() {
    try (User user = new User(Variant.BASELINE)) {
      long[] mms = new long[3];
      for (int i = 0; i < mms.length; i++) {
        mms[i] = user.pool.get(user.cpu, GFP);
        user.mms.mmgrab(mms[i]);
        assertThat(user.mms.mmput(user.cpu, mms[i])).isTrue();
      }
      user.cpu.interrupt(at -> {
        for (long mm : mms) {
          user.mms.mmdropAsync(at, mm);
        }
      });
      assertThat(user.pool.stats().live()).as("nothing ended in the handler").isEqualTo(3);
      user.cpu.poll();
      user.checkAllGone();
    }
  }

  @Test
  void aHandlerThatEndsALifeItselfIsFound() {
    try (User user = new User(Variant.BASELINE)) {
      long mm = user.pool.get(user.cpu, GFP);
      user.mms.mmgrab(mm);
      user.mms.mmput(user.cpu, mm);
      assertThatThrownBy(() -> user.cpu.interrupt(at -> user.mms.mmdrop(at, mm)))
          .isInstanceOf(LockdepException.class)
          .hasMessageContaining("pgd_lock");
    }
  }

  @Test
  void aReferenceThatIsNotTheLastNeedsNoWorker() {
    try (User user = new User(Variant.CTOR_DTOR)) {
      long mm = user.pool.get(user.cpu, GFP);
      user.mms.mmgrab(mm);
      user.mms.mmdropAsync(user.cpu, mm);
      user.cpu.poll();
      assertThat(user.type.references(mm)).isEqualTo(1);
      user.mms.mmput(user.cpu, mm);
      user.checkAllGone();
    }
  }

  @Test
  void whatIsDroppedOnceTooOftenIsFound() {
    try (User user = new User(Variant.BASELINE)) {
      long mm = user.pool.get(user.cpu, GFP);
      assertThatThrownBy(() -> user.mms.mmdrop(user.cpu, mm))
          .hasMessage("the reference of its users was dropped: mm_users=1");
      user.mms.mmgrab(mm);
      user.mms.mmput(user.cpu, mm);
      assertThatThrownBy(() -> user.mms.mmput(user.cpu, mm))
          .hasMessage("dropped once too often: mm_users=0");
      user.mms.mmdrop(user.cpu, mm);
      user.checkAllGone();
    }
  }

  /** Threads of a process end on all CPUs at once: one of them is the last. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void oneOfManyIsTheLast(Variant variant) throws Exception {
    int rounds = 50;
    try (User user = new User(variant);
        ExecutorService threads = Executors.newFixedThreadPool(CPUS - 1)) {
      for (int round = 0; round < rounds; round++) {
        long mm = user.pool.get(user.cpu, GFP);
        AtomicInteger last = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(CPUS);
        Future<?>[] done = new Future<?>[CPUS];
        for (int id = 1; id < CPUS; id++) {
          assertThat(user.type.addThread(user.cpu, mm, GFP)).isZero();
          user.mms.mmget(mm);
        }
        for (int id = 1; id < CPUS; id++) {
          int mine = id;
          done[id] =
              threads.submit(() -> {
                Cpu cpu = user.test.enter(mine);
                ready.countDown();
                user.type.addRss(cpu, mm, ANON, 40);
                user.type.addRss(cpu, mm, ANON, -40);
                last.addAndGet(user.mms.mmput(cpu, mm) ? 1 : 0);
                user.test.leave(cpu);
              });
        }
        ready.countDown();
        user.type.addRss(user.cpu, mm, ANON, 5);
        user.type.addRss(user.cpu, mm, ANON, -5);
        last.addAndGet(user.mms.mmput(user.cpu, mm) ? 1 : 0);
        for (int id = 1; id < CPUS; id++) {
          done[id].get();
        }
        assertThat(last).hasValue(1);
        assertThat(user.pool.stats().live()).isZero();
      }
      user.checkAllGone();
    }
  }
}
