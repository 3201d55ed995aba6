package io.slablab.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * A whole stack under one design, and what a script knows about it: who owns what, and what stands
 * in it. Everything is made from the seed, so that a script does the same each time.
 */
final class World implements AutoCloseable {
  static final int CPUS = 3;
  private static final int NODES = 1;
  private static final int PAGES = 4096;

  final AllocatorStack stack;
  final Plant plant;
  private final Map<Shape, CacheModel> caches = new EnumMap<>(Shape.class);
  private final Map<Users.Kind, Users> users = new EnumMap<>(Users.Kind.class);
  private final AreaModel areas;
  private final CounterModel counters;
  private boolean pagesShort;
  private long stamps;

  World(Variant variant, long seed, Plant plant) {
    this.plant = plant;
    HostConfig plain = HostConfig.uniform(CPUS, NODES);
    HostConfig seeded =
        new HostConfig(
            plain.possibleCpus(), plain.nodeOfCpu(), plain.distances(), plain.bindMemory(), seed);
    Machine machine = HostMachine.of(seeded);
    this.stack =
        AllocatorStack.of(
            machine, StackConfig.checked(PAGES).forVariant(variant).withLockdep(LockdepLevel.FULL));
    Cpu cpu = machine.enter(0);
    for (Shape shape : Shape.values()) {
      caches.put(shape, new CacheModel(this, shape, cpu));
    }
    for (Users.Kind kind : Users.Kind.values()) {
      users.put(kind, new Users(this, kind, variant, cpu));
    }
    this.areas = new AreaModel(this);
    this.counters = new CounterModel(this, cpu);
    stack.pages().setFailurePolicy((_, _, _) -> pagesShort);
    machine.leave(cpu);
  }

  CacheModel cache(Shape shape) {
    return Objects.requireNonNull(caches.get(shape));
  }

  Users users(Users.Kind kind) {
    return Objects.requireNonNull(users.get(kind));
  }

  AreaModel areas() {
    return areas;
  }

  CounterModel counters() {
    return counters;
  }

  void setPagesShort(boolean on) {
    pagesShort = on;
  }

  /** Whether an allocation that waits has to succeed. */
  boolean enough() {
    return !pagesShort;
  }

  /** A number that no object had before. */
  long nextStamp() {
    return 0x5_1ab_1ab_0000L + ++stamps;
  }

  void run(Step step) {
    Cpu cpu = stack.machine().enter(step.cpu());
    try {
      step.run(this, cpu);
    } finally {
      stack.machine().leave(cpu);
    }
  }

  /** All invariants there are, and that everybody's data is as it was left. */
  void check() {
    stack.verify();
    caches.values().forEach(CacheModel::check);
    users.values().forEach(Users::check);
    areas.check();
    Cpu cpu = stack.machine().enter(0);
    counters.check(cpu);
    stack.machine().leave(cpu);
  }

  /** Gives everything back: nothing may be left. */
  void finish() {
    pagesShort = false;
    Cpu cpu = stack.machine().enter(0);
    try {
      caches.values().forEach(cache -> cache.close(cpu));
      users.values().forEach(user -> user.close(cpu));
      areas.close(cpu);
      counters.close(cpu);
      stack.areas().trim(cpu);
      stack.checkNothingLeaked(cpu);
      assertThat(stack.memoryUse().bytes()).as("bytes left").isZero();
    } finally {
      stack.machine().leave(cpu);
    }
  }

  @Override
  public void close() {
    stack.close();
  }
}
