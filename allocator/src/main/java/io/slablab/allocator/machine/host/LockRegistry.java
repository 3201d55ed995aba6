package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every lock of a machine by class, for the lock table. */
final class LockRegistry {
  private final Map<String, List<LockTimes>> byClass = new LinkedHashMap<>();

  synchronized void add(LockClass lockClass, LockTimes times) {
    byClass.computeIfAbsent(lockClass.name(), _ -> new ArrayList<>()).add(times);
  }

  synchronized List<LockStats> stats() {
    List<LockStats> all = new ArrayList<>();
    byClass.forEach((name, locks) -> {
      LockStats sum = new LockStats(name, 0, 0, 0, 0, 0, 0);
      for (LockTimes times : locks) {
        sum = times.plus(sum);
      }
      all.add(sum);
    });
    return List.copyOf(all);
  }

  synchronized void reset() {
    byClass.values().forEach(locks -> locks.forEach(LockTimes::reset));
  }
}
