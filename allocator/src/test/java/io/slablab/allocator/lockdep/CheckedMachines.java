package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;

/**
 * Machines for tests of other things, on which whoever breaks a rule of locks gets an exception.
 */
public final class CheckedMachines {
  private CheckedMachines() {}

  public static Machine of(HostConfig config) {
    return Lockdep.strict(HostMachine.of(config), LockdepLevel.FULL).machine();
  }
}
