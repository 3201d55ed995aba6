package io.slablab.allocator.pool;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The points of an operation at which a step may fail, numbered in the order in which they are
 * passed. One thread.
 */
final class FailurePoints {

  /** What fails at a point. */
  enum Kind {
    /** The page allocator has no block. */
    PAGE,
    /** The percpu allocator gets no chunk. */
    CHUNK,
    /** There is no block of pages for a chunk. */
    CHUNK_PAGES,
    /** A page of a unit cannot be backed. */
    POPULATE,
    /** A constructor has its own reason. */
    CTOR,
    /** The memory cgroup is at its limit. */
    MEMCG,
    /** The task is killed while it waits for a lock. */
    FATAL_SIGNAL
  }

  private final Map<Kind, Integer> failures = new EnumMap<>(Kind.class);
  private final List<Kind> passed = new ArrayList<>();
  private BitSet failing = new BitSet();
  private boolean armed;

  /** From now on points are counted from 0, and those given fail. */
  void arm(int... points) {
    passed.clear();
    failing = new BitSet();
    for (int point : points) {
      failing.set(point);
    }
    armed = true;
  }

  /** Nothing fails any more. */
  void disarm() {
    armed = false;
  }

  /** The points passed from {@link #arm} to {@link #disarm}. */
  List<Kind> passed() {
    return List.copyOf(passed);
  }

  /** Passes a point. */
  boolean fails(Kind kind) {
    if (!armed) {
      return false;
    }
    boolean fails = failing.get(passed.size());
    passed.add(kind);
    if (fails) {
      failures.merge(kind, 1, Integer::sum);
    }
    return fails;
  }

  /** Failures so far, by what failed. */
  Map<Kind, Integer> failures() {
    return new EnumMap<>(failures);
  }
}
