package io.slablab.allocator.debug;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the features of a stack found: the first reports of each kind whole, later ones as a number,
 * so that one false alarm in every life does not hide the rest. Any thread.
 */
public final class Reports {
  private static final int KEPT_PER_KIND = 128;

  private record Kind(DebugFeature feature, String name) {}

  private final Queue<DebugReport> kept = new ConcurrentLinkedQueue<>();
  private final ConcurrentMap<Kind, AtomicLong> counts = new ConcurrentHashMap<>();

  void add(DebugReport report) {
    if (counted(report.feature(), report.kindName())) {
      kept.add(report);
    }
  }

  /**
   * Counts one.
   *
   * @return whether it is to be kept, so that it must be made and {@link #keep kept}
   */
  boolean counted(DebugFeature feature, String kindName) {
    Kind kind = new Kind(feature, kindName);
    return counts.computeIfAbsent(kind, _ -> new AtomicLong()).incrementAndGet() <= KEPT_PER_KIND;
  }

  /** Keeps one that was counted. */
  void keep(DebugReport report) {
    kept.add(report);
  }

  /** How many there were. */
  public long count() {
    return counts.values().stream().mapToLong(AtomicLong::get).sum();
  }

  /** How many there were of one feature, by kind. */
  public Map<String, Long> counts(DebugFeature feature) {
    Map<String, Long> ofFeature = new TreeMap<>();
    counts.forEach((kind, count) -> {
      if (kind.feature() == feature) {
        ofFeature.put(kind.name(), count.get());
      }
    });
    return ofFeature;
  }

  /** The first {@value #KEPT_PER_KIND} of each kind, oldest first. */
  public List<DebugReport> list() {
    return List.copyOf(kept);
  }

  /** Of the kept ones, those of one type. */
  public <R extends DebugReport> List<R> of(Class<R> type) {
    return kept.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Forgets all; while nobody runs. */
  public void clear() {
    kept.clear();
    counts.clear();
  }
}
