package io.slablab.suites.spec;

/**
 * What the modelled kernel of a variant takes its machine for.
 *
 * @param numaFake nodes that the possible CPUs are dealt over in equal runs, as the boot option
 *     {@code numa=fake}; 0 for the host's own
 * @param mutex who gets a mutex next, and how others wait: spin, sleep or fair
 */
public record MachineOptions(int numaFake, String mutex) {
  public static final MachineOptions NONE = new MachineOptions(0, "spin");

  public static final String NUMA_FAKE = "numa_fake";
  public static final String MUTEX = "mutex";
}
