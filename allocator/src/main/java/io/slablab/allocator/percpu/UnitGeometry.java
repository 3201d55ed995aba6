package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.page.PageAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * Where each CPU's unit lies: CPUs of a node form a group, groups follow one another, and units are
 * packed into pieces of the atom size so that little is wasted.
 *
 * @param unitBytes length of a unit
 * @param unitsPerAlloc units packed into one piece
 * @param units per chunk, padding included
 * @param groups nodes, as far as units are packed by them
 * @param unitOffset by CPU, in bytes from the chunk's begin
 */
record UnitGeometry(int unitBytes, int unitsPerAlloc, int units, int groups, long[] unitOffset) {
  private static final int MIN_UNIT_BYTES = 32 << 10;
  private static final int LOCAL_DISTANCE = 10;

  /** Bytes of address space of a chunk. */
  long chunkBytes() {
    return (long) units * unitBytes;
  }

  int pages() {
    return unitBytes / PageAllocator.PAGE_BYTES;
  }

  static UnitGeometry of(Machine machine, PercpuConfig config) {
    return of(groups(machine), machine.possibleCpus(), config.regionBytes(), config.atomBytes());
  }

  /** By lowest ungrouped CPU, with every CPU at local distance both ways. */
  private static List<List<Integer>> groups(Machine machine) {
    List<List<Integer>> groups = new ArrayList<>();
    boolean[] grouped = new boolean[machine.possibleCpus()];
    for (int first = 0; first < grouped.length; first++) {
      if (grouped[first]) {
        continue;
      }
      List<Integer> group = new ArrayList<>();
      for (int cpu = first; cpu < grouped.length; cpu++) {
        int a = machine.nodeOf(first);
        int b = machine.nodeOf(cpu);
        boolean local =
            a == b
                || (machine.distance(a, b) == LOCAL_DISTANCE
                    && machine.distance(b, a) == LOCAL_DISTANCE);
        if (!grouped[cpu] && local) {
          grouped[cpu] = true;
          group.add(cpu);
        }
      }
      groups.add(group);
    }
    return groups;
  }

  static UnitGeometry of(List<List<Integer>> groups, int cpus, int sizeSum, int atomBytes) {
    int minUnit = Math.max(sizeSum, MIN_UNIT_BYTES);
    int alloc = (minUnit + atomBytes - 1) / atomBytes * atomBytes;
    int maxUpa = alloc / minUnit;
    while (!valid(alloc, maxUpa)) {
      maxUpa--;
    }
    int best = bestUnitsPerAlloc(groups, cpus, alloc, maxUpa);
    int unit = alloc / best;
    long[] offsets = new long[cpus];
    int units = 0;
    for (List<Integer> group : groups) {
      for (int i = 0; i < group.size(); i++) {
        offsets[group.get(i)] = (long) (units + i) * unit;
      }
      units += (group.size() + best - 1) / best * best;
    }
    return new UnitGeometry(unit, best, units, groups.size(), offsets);
  }

  private static boolean valid(int alloc, int upa) {
    return alloc % upa == 0 && alloc / upa % PageAllocator.PAGE_BYTES == 0;
  }

  /** Fewest pieces without wasting more than a third of the CPUs' units; smaller units on a tie. */
  private static int bestUnitsPerAlloc(
      List<List<Integer>> groups, int cpus, int alloc, int maxUpa) {
    int best = 1;
    int last = Integer.MAX_VALUE;
    for (int upa = maxUpa; upa >= 1; upa--) {
      if (!valid(alloc, upa)) {
        continue;
      }
      int pieces = 0;
      int wasted = 0;
      for (List<Integer> group : groups) {
        int needed = (group.size() + upa - 1) / upa;
        pieces += needed;
        wasted += needed * upa - group.size();
      }
      if (wasted > cpus / 3) {
        continue;
      }
      if (pieces > last) {
        break;
      }
      last = pieces;
      best = upa;
    }
    return best;
  }
}
