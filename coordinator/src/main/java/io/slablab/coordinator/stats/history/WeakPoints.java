package io.slablab.coordinator.stats.history;

import java.util.ArrayList;
import java.util.List;

/**
 * The first pass: window by window, the best split of any current segment, as long as its two
 * neighbour segments differ at the weak level. The next window starts at the last point found, or
 * half a window on.
 */
final class WeakPoints {
  private final double[] x;
  private final DetectorRule rule;

  WeakPoints(double[] x, DetectorRule rule) {
    this.x = x;
    this.rule = rule;
  }

  /** In ascending order. */
  List<Integer> find() {
    List<Integer> points = new ArrayList<>();
    int start = 0;
    while (start < x.length) {
      int end = Math.min(start + rule.window(), x.length);
      List<Integer> found = inWindow(start, end);
      found.stream().filter(tau -> !points.contains(tau)).forEach(points::add);
      int last = found.isEmpty() ? start : found.getLast();
      start = Math.max(last, start + rule.window() / 2);
    }
    points.sort(null);
    return points;
  }

  /** A segment of the window with its best split; positions count from the window's start. */
  private record Segment(int from, int to, PairSums.Split best) {}

  private List<Integer> inWindow(int start, int end) {
    PairSums sums = new PairSums(x, start, end);
    List<Segment> segments = new ArrayList<>();
    segments.add(segment(sums, 0, end - start));
    int widest = widest(segments);
    while (accepted(segments.get(widest), start)) {
      Segment parted = segments.remove(widest);
      int tau = parted.best().tau();
      segments.add(widest, segment(sums, tau, parted.to()));
      segments.add(widest, segment(sums, parted.from(), tau));
      widest = widest(segments);
    }
    return segments.stream().skip(1).map(segment -> start + segment.from()).toList();
  }

  private Segment segment(PairSums sums, int from, int to) {
    return new Segment(from, to, sums.best(from, to, rule.leastSegment()));
  }

  /** The index of the segment whose best split is the best of all, the leftmost of equals. */
  private static int widest(List<Segment> segments) {
    int best = 0;
    for (int i = 1; i < segments.size(); i++) {
      if (segments.get(i).best().q() > segments.get(best).best().q()) {
        best = i;
      }
    }
    return best;
  }

  private boolean accepted(Segment segment, int start) {
    int tau = segment.best().tau();
    return tau >= 0
        && Shift.of(x, start + segment.from(), start + tau, start + segment.to()).pValue()
            <= rule.pWeak();
  }
}
