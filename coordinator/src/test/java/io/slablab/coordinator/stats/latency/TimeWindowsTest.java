package io.slablab.coordinator.stats.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.coordinator.stats.latency.TimeWindows.Doubt;
import io.slablab.coordinator.stats.latency.TimeWindows.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Intervals of hosts whose clocks disagree. */
class TimeWindowsTest {
  private static final HostClock AHEAD = new HostClock(3600, 0.01);
  private static final HostClock BEHIND = new HostClock(-2.5, 0.01);

  private static Histogram interval(long startMs, long endMs, long... values) {
    Histogram histogram = new Histogram(3);
    histogram.setAutoResize(true);
    for (long value : values) {
      histogram.recordValue(value);
    }
    histogram.setStartTimeStamp(startMs);
    histogram.setEndTimeStamp(endMs);
    return histogram;
  }

  @Test
  void hostsMeetInTrueTime() {
    TimeWindows windows = new TimeWindows(5000);
    windows.add("a", HostClock.RIGHT, interval(10_000, 11_000, 100));
    windows.add("b", AHEAD, interval(3_610_000, 3_611_000, 200, 300));
    windows.add("c", BEHIND, interval(7_500, 8_500, 400));
    windows.add("c", BEHIND, interval(12_500, 13_500, 500));
    List<Window> merged = windows.windows();
    assertThat(merged).extracting(Window::startMs).containsExactly(10_000L, 15_000L);
    assertThat(merged.getFirst().sources()).containsOnlyKeys("a", "b", "c");
    assertThat(merged.getFirst().sum().getTotalCount()).isEqualTo(4);
    assertThat(merged.getLast().sources()).containsOnlyKeys("c");
    assertThat(windows.doubts()).isEmpty();
  }

  /** The middle decides: an interval over a border is not counted twice, nor lost. */
  @Test
  void anIntervalBelongsToItsMiddle() {
    TimeWindows windows = new TimeWindows(1000);
    windows.add("a", HostClock.RIGHT, interval(600, 1399, 1));
    windows.add("a", HostClock.RIGHT, interval(601, 1401, 2));
    windows.add("a", HostClock.RIGHT, interval(-700, -200, 3));
    assertThat(windows.windows()).extracting(Window::startMs).containsExactly(-1000L, 0L, 1000L);
    assertThat(windows.windows()).allSatisfy(w -> assertThat(w.sum().getTotalCount()).isOne());
  }

  @Test
  void weightsSayWhatCountsTheSame() {
    TimeWindows windows = new TimeWindows(1000);
    windows.add("busy", HostClock.RIGHT, interval(0, 1000, 10, 10, 10, 10, 10, 10, 10, 10));
    windows.add("idle", HostClock.RIGHT, interval(0, 1000, 90, 90));
    Window window = windows.windows().getFirst();
    assertThat(window.merged(Weighting.BY_COUNT).quantile(0.6)).isEqualTo(10);
    assertThat(window.merged(Weighting.EQUAL_TRIALS).quantile(0.6)).isEqualTo(90);
  }

  @Test
  void blurredWindowsSaySo() {
    TimeWindows windows = new TimeWindows(1000);
    windows.add("a", HostClock.RIGHT, interval(0, 1001, 1));
    assertThat(windows.doubts()).containsExactly(Doubt.LONG_INTERVALS);
    TimeWindows others = new TimeWindows(1000);
    others.add("b", new HostClock(1, 0.251), interval(0, 1000, 1));
    assertThat(others.doubts()).containsExactly(Doubt.UNCERTAIN_CLOCK);
    assertThat(windows.add(others).doubts())
        .containsExactlyInAnyOrder(Doubt.LONG_INTERVALS, Doubt.UNCERTAIN_CLOCK);
    assertThatThrownBy(() -> windows.add(new TimeWindows(999)))
        .hasMessageContaining("999 ms")
        .hasMessageContaining("1000 ms");
  }

  @Test
  void emptyIntervalsLeaveNoWindow() {
    TimeWindows windows = new TimeWindows(1000);
    windows.add("a", HostClock.RIGHT, interval(0, 1000));
    assertThat(windows.windows()).isEmpty();
  }

  /** However intervals are dealt over accumulators, the windows are the same. */
  @Test
  void orderDoesNotMatter() {
    for (int seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      List<Histogram> intervals = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        long start = random.nextInt(10_000);
        intervals.add(interval(start, start + 500, 1 + random.nextInt(1 << random.nextInt(28))));
      }
      TimeWindows one = new TimeWindows(2000);
      intervals.forEach(i -> one.add("t" + i.getStartTimeStamp() % 3, BEHIND, i));
      Collections.shuffle(intervals, random);
      TimeWindows left = new TimeWindows(2000);
      TimeWindows right = new TimeWindows(2000);
      intervals.forEach(i ->
          (random.nextBoolean() ? left : right).add("t" + i.getStartTimeStamp() % 3, BEHIND, i));
      assertThat(left.add(right).windows()).as("seed %d", seed).isEqualTo(one.windows());
    }
  }
}
