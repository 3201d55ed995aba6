package io.slablab.allocator.bench;

import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;

/** A design and a measured stack built for it, on a machine of its own. */
record DesignStack(Variant variant, AllocatorStack stack) {
  /** Property that says how much of the rules of locks is checked; nothing when absent. */
  static final String LOCKDEP = "bench.lockdep";

  static LockdepLevel lockdep() {
    return LockdepLevel.valueOf(System.getProperty(LOCKDEP, LockdepLevel.OFF.name()));
  }

  /**
   * @param possibleCpus more than two are spread over two nodes
   */
  static DesignStack of(String design, int possibleCpus) {
    Machine machine = HostMachine.of(HostConfig.uniform(possibleCpus, possibleCpus > 2 ? 2 : 1));
    Variant variant = Variant.of(design).orElseThrow();
    StackConfig config = StackConfig.measured(machine, false).forVariant(variant);
    return new DesignStack(variant, AllocatorStack.of(machine, config.withLockdep(lockdep())));
  }

  /** The calling thread becomes the CPU of its number, pinned to the processor of that number. */
  Cpu enter(int thread) {
    Pin.to(thread);
    return stack.machine().enter(thread);
  }

  void leave(Cpu cpu) {
    stack.machine().leave(cpu);
  }
}
