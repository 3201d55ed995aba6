package io.slablab.allocator.debug;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What the features of a stack found, the first ones whole, later ones as a number. Any thread. */
public final class Reports {
  private static final int KEPT = 512;

  private final Queue<DebugReport> kept = new ConcurrentLinkedQueue<>();
  private final AtomicLong count = new AtomicLong();

  void add(DebugReport report) {
    if (count.incrementAndGet() <= KEPT) {
      kept.add(report);
    }
  }

  /** How many there were. */
  public long count() {
    return count.get();
  }

  /** The first {@value #KEPT}, oldest first. */
  public List<DebugReport> list() {
    return List.copyOf(kept);
  }

  /** Of the kept ones, those of one feature. */
  public <R extends DebugReport> List<R> of(Class<R> kind) {
    return kept.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Forgets all; while nobody runs. */
  public void clear() {
    kept.clear();
    count.set(0);
  }
}
