package io.slablab.allocator.machine.host;

import java.util.Arrays;

/**
 * What a host machine looks like to the allocator.
 *
 * @param possibleCpus number of virtual CPUs
 * @param nodeOfCpu node of each CPU, length {@code possibleCpus}
 * @param distances SLIT distances, one row per node; 10 is local
 * @param bindMemory whether {@code Memory.bind} reaches the kernel's mbind
 * @param seed of the CPUs' random streams
 * @param mutexKind of every mutex
 */
public record HostConfig(
    int possibleCpus,
    int[] nodeOfCpu,
    int[][] distances,
    boolean bindMemory,
    long seed,
    MutexKind mutexKind) {
  private static final int LOCAL_DISTANCE = 10;
  private static final int REMOTE_DISTANCE = 20;

  public HostConfig {
    if (possibleCpus < 1 || nodeOfCpu.length != possibleCpus) {
      throw new IllegalArgumentException(
          "nodeOfCpu needs one entry per CPU: possibleCpus="
              + possibleCpus
              + " entries="
              + nodeOfCpu.length);
    }
    int nodes = distances.length;
    for (int node : nodeOfCpu) {
      if (node < 0 || node >= nodes) {
        throw new IllegalArgumentException(
            "a CPU lies on a node without distances: nodes=" + nodes);
      }
    }
  }

  /** With mutexes as the kernel's. */
  public HostConfig(
      int possibleCpus, int[] nodeOfCpu, int[][] distances, boolean bindMemory, long seed) {
    this(possibleCpus, nodeOfCpu, distances, bindMemory, seed, MutexKind.SPIN);
  }

  public HostConfig withMutexKind(MutexKind kind) {
    return new HostConfig(possibleCpus, nodeOfCpu, distances, bindMemory, seed, kind);
  }

  public HostConfig withSeed(long wanted) {
    return new HostConfig(possibleCpus, nodeOfCpu, distances, bindMemory, wanted, mutexKind);
  }

  /** CPUs spread over nodes in equal consecutive runs; remote distance 20; nothing bound. */
  public static HostConfig uniform(int cpus, int nodes) {
    int[] nodeOfCpu = new int[cpus];
    for (int cpu = 0; cpu < cpus; cpu++) {
      nodeOfCpu[cpu] = (int) ((long) cpu * nodes / cpus);
    }
    int[][] distances = new int[nodes][nodes];
    for (int from = 0; from < nodes; from++) {
      Arrays.fill(distances[from], REMOTE_DISTANCE);
      distances[from][from] = LOCAL_DISTANCE;
    }
    return new HostConfig(cpus, nodeOfCpu, distances, false, 1);
  }
}
