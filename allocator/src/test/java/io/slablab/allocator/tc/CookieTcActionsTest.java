package io.slablab.allocator.tc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.TestStack;
import io.slablab.allocator.pool.Variant;
import io.slablab.allocator.slub.CacheStats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** 6.2: a cookie is freed a grace period after its action. */
@Timeout(60)
class CookieTcActionsTest {
  private static final byte[] FIRST = {1, 2, 3};
  private static final byte[] SECOND = {4, 5, 6, 7};

  private final TestStack test = TestStack.of(4);
  private final Cpu cpu = test.enter(0);
  private final TcAction type =
      TcAction.of(test.stack, TcActionOps.GACT, Variant.CTOR_DTOR.form(), true, false);
  private final ObjectPool pool = Variant.CTOR_DTOR.open(cpu, test.stack, type);
  private final CookieTcActions actions = new CookieTcActions(cpu, test.stack, type, pool);

  @AfterEach
  void close() {
    test.close();
  }

  private long action() {
    long[] out = new long[1];
    assertThat(actions.createMany(cpu, Gfp.GFP_KERNEL, out, 0, 1)).isZero();
    return out[0];
  }

  private long cookiesInUse() {
    return test.stack.stats().caches().stream()
        .filter(cache -> cache.name().equals("tc_cookie"))
        .mapToLong(CacheStats::objectsInUse)
        .sum();
  }

  @Test
  void aCookieIsReadReplacedAndFreedAfterItsReaders() {
    long action = action();
    assertThat(actions.cookie(cpu, action)).isNull();
    assertThat(actions.setCookie(cpu, Gfp.GFP_KERNEL, action, FIRST)).isZero();
    assertThat(actions.cookie(cpu, action)).isEqualTo(FIRST);
    test.stack.machine().runIfIdle(cpu, 1, test.stack.rcu()::readLock);
    assertThat(actions.setCookie(cpu, Gfp.GFP_KERNEL, action, SECOND)).isZero();
    assertThat(actions.cookie(cpu, action)).isEqualTo(SECOND);
    assertThat(actions.release(cpu, action, true)).isTrue();
    for (int i = 0; i < 10; i++) {
      cpu.poll();
    }
    assertThat(cookiesInUse()).isEqualTo(2);
    test.stack.machine().runIfIdle(cpu, 1, test.stack.rcu()::readUnlock);
    test.stack.rcu().barrier(cpu);
    assertThat(cookiesInUse()).isZero();
    assertThat(actions.indices()).isZero();
  }

  /** T-CD-15: the next user of the object sees no cookie. */
  @Test
  void theNextLifeHasNoCookie() {
    long first = action();
    actions.setCookie(cpu, Gfp.GFP_KERNEL, first, FIRST);
    actions.release(cpu, first, true);
    long second = action();
    assertThat(second).isEqualTo(first);
    assertThat(actions.cookie(cpu, second)).isNull();
    actions.release(cpu, second, true);
    test.stack.rcu().barrier(cpu);
    assertThat(cookiesInUse()).isZero();
  }

  @Test
  void moreThanSixteenBytesAreRefused() {
    long action = action();
    assertThatThrownBy(() -> actions.setCookie(cpu, Gfp.GFP_KERNEL, action, new byte[17]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutMemoryTheOldCookieStays() {
    long action = action();
    actions.setCookie(cpu, Gfp.GFP_KERNEL, action, FIRST);
    test.hogPages(cpu);
    int error = 0;
    while (error == 0) { // what is left on the cookies' slab
      error = actions.setCookie(cpu, Gfp.GFP_KERNEL, action, SECOND);
    }
    assertThat(error).isEqualTo(-12);
    assertThat(actions.cookie(cpu, action)).isEqualTo(SECOND);
    test.freeHogged(cpu);
  }

  /** Dumps on other CPUs never read a cookie that was freed and used again. */
  @Test
  void readersSeeWholeCookies() throws InterruptedException {
    long action = action();
    actions.setCookie(cpu, Gfp.GFP_KERNEL, action, filled(0));
    AtomicInteger torn = new AtomicInteger();
    AtomicInteger stop = new AtomicInteger();
    AtomicReference<Throwable> failed = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int id = 1; id < 3; id++) {
      int mine = id;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failed.set(e))
              .start(() -> {
                Cpu reader = test.enter(mine);
                while (stop.get() == 0) {
                  torn.addAndGet(isWhole(actions.cookie(reader, action)) ? 0 : 1);
                  reader.poll();
                }
                test.leave(reader);
              }));
    }
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      actions.setCookie(cpu, Gfp.GFP_KERNEL, action, filled(random.nextInt(256)));
      if (i % 64 == 0) {
        test.stack.rcu().synchronizeExpedited(cpu);
      }
      cpu.poll();
    }
    stop.set(1);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failed.get()).isNull();
    assertThat(torn).hasValue(0);
    actions.release(cpu, action, true);
    test.stack.rcu().barrier(cpu);
    assertThat(cookiesInUse()).isZero();
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[16];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static boolean isWhole(byte @Nullable [] cookie) {
    return cookie != null && Arrays.equals(cookie, filled(cookie[0]));
  }
}
