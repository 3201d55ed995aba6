package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.StackConfig;

/**
 * The one stack of a benchmark's JVM: as a measured trial builds it, two possible CPUs, one node.
 */
final class Stack {
  static final int CPUS = 2;
  static final Machine MACHINE = HostMachine.of(HostConfig.uniform(CPUS, 1));
  static final AllocatorStack HERE =
      AllocatorStack.of(MACHINE, StackConfig.measured(MACHINE, false));

  private Stack() {}
}
