package io.slablab.allocator.bench;

import io.slablab.allocator.lockdep.LockdepLevel;
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
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import java.util.function.LongUnaryOperator;

/**
 * A hot path on a stack of its own, as a function from operations to the nanoseconds they took.
 * Made and run by one thread.
 */
abstract class HotLoop implements LongUnaryOperator, AutoCloseable {
  private static final int CPUS = 2;
  private static final int BATCH = 256;

  final AllocatorStack stack;
  final Variant variant;
  final Cpu cpu;

  private HotLoop(String level, String design) {
    Machine machine = HostMachine.of(HostConfig.uniform(CPUS, 1));
    this.variant = Variant.of(design).orElseThrow();
    this.stack =
        AllocatorStack.of(
            machine,
            StackConfig.measured(machine, false)
                .forVariant(variant)
                .withLockdep(LockdepLevel.valueOf(level)));
    this.cpu = stack.machine().enter(0);
  }

  @Override
  public final long applyAsLong(long operations) {
    long startNs = System.nanoTime();
    long objects = 0;
    for (long i = 0; i < operations; i++) {
      objects |= once();
    }
    if (objects == 0) {
      throw new IllegalStateException("nothing was allocated");
    }
    return System.nanoTime() - startNs;
  }

  /** One operation; not 0. */
  abstract long once();

  @Override
  public final void close() {
    stack.machine().leave(cpu);
    stack.close();
  }

  /** An object of 256 bytes, from and to a warm CPU slab. */
  static final class Slub extends HotLoop {
    private final KmemCache cache;

    Slub(String level) {
      super(level, "baseline");
      cache = stack.slub().create(cpu, "bench-256", 256, KmemCacheArgs.NONE);
      long[] objects = new long[BATCH];
      for (int round = 0; round < BATCH; round++) { // the compiler sees the slow paths too
        for (int i = 0; i < BATCH; i++) {
          objects[i] = cache.alloc(cpu, Gfp.GFP_KERNEL);
        }
        for (long object : objects) {
          cache.free(cpu, object);
        }
      }
    }

    @Override
    long once() {
      long object = cache.alloc(cpu, Gfp.GFP_KERNEL);
      cache.free(cpu, object);
      return object;
    }
  }

  /** An area of 16 bytes. */
  static final class Percpu extends HotLoop {
    Percpu(String level) {
      super(level, "baseline");
    }

    @Override
    long once() {
      long area = stack.areas().alloc(cpu, 16, 8, Gfp.GFP_KERNEL);
      stack.areas().free(cpu, area);
      cpu.poll();
      return area;
    }
  }

  /** A page. */
  static final class Page extends HotLoop {
    Page(String level) {
      super(level, "baseline");
    }

    @Override
    long once() {
      long page = stack.pages().alloc(cpu, 0, Gfp.GFP_KERNEL, 0);
      stack.pages().free(cpu, page, 0);
      return page;
    }
  }

  /** An mm_struct built, used a little and dropped. */
  static final class Exec extends HotLoop {
    private final MmStruct type;
    private final ObjectPool pool;

    Exec(String level) {
      super(level, "baseline");
      type = MmStruct.of(cpu, stack, variant.form(), false);
      pool = variant.open(cpu, stack, type);
    }

    @Override
    long once() {
      long mm = pool.get(cpu, Gfp.GFP_KERNEL);
      type.fault(cpu, mm, MmStruct.FILE_PAGES, 16);
      type.fault(cpu, mm, MmStruct.ANON_PAGES, 1);
      pool.put(cpu, mm);
      cpu.poll();
      return mm;
    }
  }
}
