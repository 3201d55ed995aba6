package io.slablab.coordinator.stats.latency;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Latencies of several hosts over true time. An interval counts for the window that holds its
 * middle, by the clock of its host put right: it can lie up to half of its length and the clock's
 * uncertainty outside.
 *
 * <p>An accumulator for one thread. Intervals are added one by one, accumulators of disjoint
 * intervals to one another; counts are whole, so that the result does not depend on any order.
 * Memory: one histogram per source and window.
 */
public final class TimeWindows {
  private static final int DIGITS = 3;

  private final long widthMs;
  private final TreeMap<Long, TreeMap<String, Histogram>> windows = new TreeMap<>();
  private final EnumSet<Doubt> doubts = EnumSet.noneOf(Doubt.class);

  /** Why windows may be blurred. */
  public enum Doubt {
    /** An interval is longer than a window. */
    LONG_INTERVALS,
    /** A clock is known no better than to a quarter of a window. */
    UNCERTAIN_CLOCK
  }

  /**
   * One window.
   *
   * @param startMs true time since 1970, a multiple of the width
   * @param sources latencies by source (a trial), none of them empty; not to be changed
   */
  public record Window(long startMs, Map<String, Histogram> sources) {

    /** All sources as one. */
    public Weights merged(Weighting weighting) {
      return weighting == Weighting.BY_COUNT
          ? Weights.of(sum())
          : Weights.merged(sources.values().stream().map(Weights::of).toList(), weighting);
    }

    /** All requests in one histogram. */
    public Histogram sum() {
      Histogram sum = empty();
      sources.values().forEach(sum::add);
      return sum;
    }
  }

  /**
   * @param widthMs of a window, positive; several of the intervals' length to be worth it
   */
  public TimeWindows(long widthMs) {
    this.widthMs = widthMs;
  }

  private static Histogram empty() {
    Histogram histogram = new Histogram(DIGITS);
    histogram.setAutoResize(true);
    return histogram;
  }

  /**
   * Adds one interval of a source; its time stamps are milliseconds since 1970 by its host's clock.
   */
  public void add(String source, HostClock clock, Histogram interval) {
    double lengthMs = interval.getEndTimeStamp() - interval.getStartTimeStamp();
    if (lengthMs > widthMs) {
      doubts.add(Doubt.LONG_INTERVALS);
    }
    if (clock.uncertaintyMs() > widthMs / 4.0) {
      doubts.add(Doubt.UNCERTAIN_CLOCK);
    }
    if (interval.getTotalCount() > 0) {
      double middleMs = clock.trueMs(interval.getStartTimeStamp() + lengthMs / 2);
      long window = (long) Math.floor(middleMs / widthMs);
      sum(window, source).add(interval);
    }
  }

  private Histogram sum(long window, String source) {
    return windows
        .computeIfAbsent(window, at -> new TreeMap<>())
        .computeIfAbsent(source, name -> empty());
  }

  /** Adds what another accumulator of the same width holds; that one is not to be used again. */
  public TimeWindows add(TimeWindows other) {
    if (other.widthMs != widthMs) {
      throw new IllegalArgumentException(
          "windows of " + other.widthMs + " ms cannot be added to windows of " + widthMs + " ms");
    }
    other.windows.forEach((window, sources) ->
        sources.forEach((source, histogram) -> take(window, source, histogram)));
    doubts.addAll(other.doubts);
    return this;
  }

  private void take(long window, String source, Histogram histogram) {
    windows
        .computeIfAbsent(window, at -> new TreeMap<>())
        .merge(
            source,
            histogram,
            (mine, theirs) -> {
              mine.add(theirs);
              return mine;
            });
  }

  /** Windows that hold anything, in time's order. */
  public List<Window> windows() {
    return windows.entrySet().stream()
        .map(entry -> new Window(entry.getKey() * widthMs, new TreeMap<>(entry.getValue())))
        .toList();
  }

  public Set<Doubt> doubts() {
    return Set.copyOf(doubts);
  }
}
