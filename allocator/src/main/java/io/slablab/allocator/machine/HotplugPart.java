package io.slablab.allocator.machine;

/**
 * What a part of the system does when a CPU comes or goes.
 *
 * <p>Both run on another CPU, under {@code cpu_hotplug_lock}, while nobody can enter the one that
 * changes: its per-CPU data may be touched with plain accesses. They may sleep.
 */
public interface HotplugPart {

  /** A CPU is about to come online. */
  default void online(Cpu caller, int cpu) {}

  /** A CPU runs nothing any more: what it kept has to be taken over. */
  default void dead(Cpu caller, int cpu) {}
}
