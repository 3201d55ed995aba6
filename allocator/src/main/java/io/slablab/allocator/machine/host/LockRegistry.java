package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Every lock of a machine by class, for the lock table. */
final class LockRegistry {
  /** How to add one lock's figures to its class's, and how to clear them. */
  private record Entry(UnaryOperator<LockStats> adder, Runnable reset) {}

  private final Map<String, List<Entry>> byClass = new LinkedHashMap<>();

  synchronized void add(LockClass lockClass, WaitTimes times) {
    entries(lockClass).add(new Entry(times::plus, times::reset));
  }

  synchronized void add(LockClass lockClass, HostEmbeddedSpinLock lock) {
    entries(lockClass).add(new Entry(lock::addTo, lock::resetTimes));
  }

  private List<Entry> entries(LockClass lockClass) {
    return byClass.computeIfAbsent(lockClass.name(), _ -> new ArrayList<>());
  }

  synchronized List<LockStats> stats() {
    List<LockStats> all = new ArrayList<>();
    byClass.forEach((name, entries) -> {
      LockStats sum = new LockStats(name, 0, 0, 0, 0, 0, 0);
      for (Entry entry : entries) {
        sum = entry.adder().apply(sum);
      }
      all.add(sum);
    });
    return List.copyOf(all);
  }

  synchronized void reset() {
    byClass.values().forEach(entries -> entries.forEach(entry -> entry.reset().run()));
  }
}
