package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Machine;
import java.util.ArrayList;
import java.util.List;

/** CPUs of one node in groups of neighbours. */
final class CpuGroups {
  private CpuGroups() {}

  /** Groups of up to {@code size} CPUs; every possible CPU is in one. */
  static List<int[]> of(Machine machine, int size) {
    List<int[]> groups = new ArrayList<>();
    for (int node = 0; node < machine.nodes(); node++) {
      List<Integer> open = new ArrayList<>();
      for (int cpu = 0; cpu < machine.possibleCpus(); cpu++) {
        if (machine.nodeOf(cpu) == node) {
          open.add(cpu);
        }
        boolean last = cpu == machine.possibleCpus() - 1;
        if (open.size() == size || (last && !open.isEmpty())) {
          groups.add(open.stream().mapToInt(Integer::intValue).toArray());
          open.clear();
        }
      }
    }
    return groups;
  }
}
