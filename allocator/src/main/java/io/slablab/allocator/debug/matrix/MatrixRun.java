package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.debug.DebugFeatures;
import io.slablab.allocator.debug.KfenceSampling;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.slub.FailCtor;
import io.slablab.allocator.slub.FailSlab;
import io.slablab.allocator.slub.KmemCache;
import java.util.Optional;
import java.util.function.Consumer;

/** One stack with a pool of one type under one design, on CPU 0. */
final class MatrixRun implements AutoCloseable {
  private static final int PAGES_PER_NODE = 8192;

  final Cpu cpu;
  final AllocatorStack stack;
  final ObjectPool pool;
  final MatrixUser.Life life;

  /** What the destructors of the pool do wrong; nothing at first. */
  final PlantedDestructor destructor = new PlantedDestructor();

  final HoggedAreas hogged = new HoggedAreas(this);

  private final FailSlab failSlab;
  private final Optional<FailCtor> failCtor;
  private final long idleBytes;

  MatrixRun(
      Machine machine,
      MatrixDesign design,
      MatrixUser user,
      MatrixRow row,
      KfenceSampling sampling) {
    StackConfig config =
        StackConfig.checked(PAGES_PER_NODE)
            .forVariant(design.variant())
            .withFaithful(design.faithful());
    this.stack = AllocatorStack.of(machine, row.watched(config, sampling));
    this.failSlab = new FailSlab(stack.machine());
    boolean constructorsFail = row == MatrixRow.FAULT_INJECTION && !design.faithful();
    this.failCtor =
        constructorsFail ? Optional.of(new FailCtor(stack.machine())) : Optional.empty();
    if (row == MatrixRow.FAULT_INJECTION) {
      stack.slub().install(failSlab);
    } else if (row == MatrixRow.LOCKDEP) {
      stack.slub().install(destructor);
    }
    failCtor.ifPresent(stack.slub()::install);
    this.idleBytes = stack.percpuBytesInUse();
    this.cpu = machine.enter(0);
    this.life = user.open(cpu, stack, design);
    this.pool = design.variant().open(cpu, stack, life.type());
  }

  DebugFeatures debug() {
    return stack.debug();
  }

  /** Fails nothing where the row injects no faults. */
  FailSlab failSlab() {
    return failSlab;
  }

  /** Empty where the row, or the series as posted, has no such fault point. */
  Optional<FailCtor> failCtor() {
    return failCtor;
  }

  /** What users of objects read and write through. */
  Memory memory() {
    return stack.memory();
  }

  /** The cache that the pool's objects come from. */
  KmemCache cache() {
    return stack.slub().caches().getLast();
  }

  /** What one object is charged for: its stride and the entry that names its payer. */
  long objectCharge() {
    return cache().geometry().size() + Long.BYTES;
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

  /** Bytes of per-CPU areas beyond those of a stack without pool, as one CPU has them. */
  long areaBytes() {
    return stack.percpuBytesInUse() - idleBytes;
  }

  /** Ends the pool; per-CPU bytes that are left of it. */
  long end() {
    pool.trim(cpu);
    pool.close(cpu);
    return areaBytes();
  }

  @Override
  public void close() {
    stack.machine().leave(cpu);
    stack.close();
  }
}
