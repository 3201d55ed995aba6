package io.slablab.allocator.memcg;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import org.jspecify.annotations.Nullable;

/**
 * Which memory cgroup the task on each CPU is in: who pays for what it allocates. An entry belongs
 * to the holder of its CPU's token; it changes when the task does.
 */
public final class TaskCgroups {
  private final @Nullable ObjCgroup[] ofCpu;

  public TaskCgroups(Machine machine) {
    this.ofCpu = new ObjCgroup[machine.possibleCpus()];
  }

  /** Makes a CPU's task part of a memory cgroup, or of none. */
  public void set(Cpu cpu, @Nullable ObjCgroup group) {
    ofCpu[cpu.id()] = group;
  }

  /** The cgroup of the task that runs now, or null. */
  public @Nullable ObjCgroup current(Cpu cpu) {
    return ofCpu[cpu.id()];
  }
}
