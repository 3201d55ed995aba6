package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A fault of each kind: a life is refused, what was made for it is undone, and lives go on. */
final class PlantedFaults {
  private static final int MOST_LIVES = 1000;

  private PlantedFaults() {}

  static Map<String, Boolean> plant(MatrixRun run) {
    Map<String, Boolean> found = new LinkedHashMap<>();
    for (InjectedFault fault : InjectedFault.values()) {
      if (fault.concerns(run)) {
        found.put(fault.kind(), fault.reaches(run) && refusesAndUndoes(fault, run));
      }
    }
    return found;
  }

  private static boolean refusesAndUndoes(InjectedFault fault, MatrixRun run) {
    long refusedBefore = run.pool.stats().failedGets();
    fault.arm(run);
    List<Long> lived = livesUntilRefused(run);
    fault.disarm(run);
    boolean refused = run.pool.stats().failedGets() == refusedBefore + 1;
    lived.add(run.get());
    lived.forEach(run::put);
    run.pool.trim(run.cpu);
    return refused && run.areaBytes() == 0 && run.cache().stats().slabs() == 0;
  }

  private static List<Long> livesUntilRefused(MatrixRun run) {
    List<Long> lived = new ArrayList<>();
    long object = run.pool.get(run.cpu, Gfp.GFP_KERNEL);
    while (object != 0 && lived.size() < MOST_LIVES) {
      lived.add(object);
      object = run.pool.get(run.cpu, Gfp.GFP_KERNEL);
    }
    return lived;
  }
}
