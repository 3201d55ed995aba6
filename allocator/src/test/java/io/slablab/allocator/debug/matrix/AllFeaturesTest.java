package io.slablab.allocator.debug.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.debug.DebugConfig;
import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.debug.KfenceSampling;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All features at once, under every design, on two CPUs that run and a third that trims. */
@Timeout(60)
class AllFeaturesTest {
  private static final int LIVES = 1500;

  @ParameterizedTest
  @EnumSource(Variant.class)
  void livesThatEndOnAnotherCpuWhileAThirdTrimsAreClean(Variant variant) throws Exception {
    DebugConfig all =
        new DebugConfig(
            EnumSet.allOf(DebugFeature.class), false, new KfenceSampling.EveryAllocations(20));
    Machine machine = HostMachine.of(HostConfig.uniform(3, 1));
    StackConfig config = StackConfig.checked(16_384).forVariant(variant).withDebug(all);
    try (AllocatorStack stack = AllocatorStack.of(machine, config)) {
      Cpu cpu = machine.enter(2);
      MmStruct type = MmStruct.of(cpu, stack, variant.form(), false);
      ObjectPool pool = variant.open(cpu, stack, type);
      machine.leave(cpu);
      BlockingQueue<Long> made = new ArrayBlockingQueue<>(100);
      CompletableFuture<Void> maker = started(() -> make(machine, pool, type, made));
      CompletableFuture<Void> ender = started(() -> end(machine, pool, type, made));
      Cpu third = machine.enter(2);
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (!ender.isDone() && !maker.isCompletedExceptionally() && System.nanoTime() < endNs) {
        pool.trim(third);
      }
      maker.get(1, TimeUnit.SECONDS);
      ender.get(1, TimeUnit.SECONDS);
      stack.debug().kmemleak().orElseThrow().scan(third, List.of());
      pool.close(third);
      stack.checkNothingLeaked(third);
      machine.leave(third);
      assertThat(stack.debug().reports().list()).isEmpty();
      assertThat(stack.debug().kfence().orElseThrow().samples()).isPositive();
      assertThat(stack.debug().debugObjects().orElseThrow().active()).isZero();
    }
  }

  /** On a thread of its own: a common pool may have one thread, and both are needed. */
  private static CompletableFuture<Void> started(Runnable body) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            body.run();
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private static void make(
      Machine machine, ObjectPool pool, MmStruct type, BlockingQueue<Long> to) {
    Cpu cpu = machine.enter(0);
    try {
      for (int i = 0; i < LIVES; i++) {
        long mm = pool.get(cpu, Gfp.GFP_KERNEL);
        type.fault(cpu, mm, MmStruct.ANON_PAGES, 5);
        while (!to.offer(mm, 1, TimeUnit.MILLISECONDS)) {
          cpu.poll();
        }
        cpu.poll();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      machine.leave(cpu);
    }
  }

  private static void end(
      Machine machine, ObjectPool pool, MmStruct type, BlockingQueue<Long> from) {
    Cpu cpu = machine.enter(1);
    try {
      for (int i = 0; i < LIVES; ) {
        Long mm = from.poll(1, TimeUnit.MILLISECONDS);
        if (mm != null) {
          type.fault(cpu, mm, MmStruct.FILE_PAGES, 2);
          pool.put(cpu, mm);
          i++;
        }
        cpu.poll();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      machine.leave(cpu);
    }
  }
}
