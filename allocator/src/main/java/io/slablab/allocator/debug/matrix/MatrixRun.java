package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.debug.DebugConfig;
import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.debug.DebugFeatures;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.slub.KmemCache;
import java.util.function.Consumer;

/** One stack with a pool of one type under one design, on CPU 0. */
final class MatrixRun implements AutoCloseable {
  private static final int PAGES_PER_NODE = 8192;

  final Cpu cpu;
  final AllocatorStack stack;
  final ObjectPool pool;
  final MatrixUser.Life life;
  private final long idleBytes;

  MatrixRun(Machine machine, MatrixDesign design, MatrixUser user, DebugConfig debug) {
    StackConfig config =
        StackConfig.checked(PAGES_PER_NODE)
            .forVariant(design.variant())
            .withFaithful(design.faithful())
            .withDebug(debug.withFaithful(design.faithful()));
    this.stack = AllocatorStack.of(machine, config);
    this.idleBytes = stack.percpuBytesInUse();
    this.cpu = machine.enter(0);
    this.life = user.open(cpu, stack, design);
    this.pool = design.variant().open(cpu, stack, life.type());
  }

  DebugFeatures debug() {
    return stack.debug();
  }

  /** What users of objects read and write through. */
  Memory memory() {
    return stack.memory();
  }

  /** The cache that the pool's objects come from. */
  KmemCache cache() {
    return stack.slub().caches().getLast();
  }

  /** Checks all slabs where that can be done. */
  void validate(DebugFeature feature) {
    if (feature == DebugFeature.SLUB_DEBUG) {
      cache().validate(cpu);
    }
  }

  /** A used object. */
  long get() {
    long object = pool.get(cpu, Gfp.GFP_KERNEL);
    if (object == 0) {
      throw new IllegalStateException("the matrix ran out of memory");
    }
    life.use().by(cpu, object);
    return object;
  }

  void put(long object) {
    pool.put(cpu, object);
  }

  /** Another CPU's work. */
  void onOther(Consumer<Cpu> work) {
    Cpu other = stack.machine().enter(1);
    try {
      work.accept(other);
    } finally {
      stack.machine().leave(other);
    }
  }

  /** Ends the pool; per-CPU bytes that are left of it. */
  long end() {
    pool.trim(cpu);
    pool.close(cpu);
    return stack.percpuBytesInUse() - idleBytes;
  }

  @Override
  public void close() {
    stack.machine().leave(cpu);
    stack.close();
  }
}
