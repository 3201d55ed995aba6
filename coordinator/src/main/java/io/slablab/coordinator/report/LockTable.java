package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Locks of a treatment beside those of the baseline: counters of all finished trials summed, then
 * divided by their operations.
 *
 * @param lines those who wait most first; locks never taken are left out
 */
record LockTable(List<Line> lines) {
  /** Less waiting per operation than this is below any clock. */
  private static final double WORTH_NS = 0.05;

  /** A lock in both variants; {@link Use#NONE} where one never took it. */
  record Line(String name, Use baseline, Use treatment) {
    /** Larger of the two. */
    double waitNsPerOp() {
      return Math.max(baseline.waitNsPerOp(), treatment.waitNsPerOp());
    }

    double taken() {
      return Math.max(baseline.perOp(), treatment.perOp());
    }

    /** Whether somebody waits, or the treatment takes it more or less often by a twentieth. */
    boolean matters() {
      double change = Math.abs(baseline.perOp() - treatment.perOp());
      return waitNsPerOp() >= WORTH_NS || change > taken() / 20;
    }

    /** Waiting per operation the treatment saves. */
    double savedNsPerOp() {
      return baseline.waitNsPerOp() - treatment.waitNsPerOp();
    }
  }

  /**
   * @param perOp acquisitions per operation
   * @param contended share of the acquisitions that had to wait
   * @param averageWaitNs of those that had to wait; null when none had
   * @param waitNsPerOp all waiting divided by all operations
   */
  record Use(double perOp, double contended, @Nullable Double averageWaitNs, double waitNsPerOp) {
    static final Use NONE = new Use(0, 0, null, 0);
  }

  /** Empty where a variant has no lock table. */
  static Optional<LockTable> of(List<TrialView> baseline, List<TrialView> treatment) {
    Optional<Map<String, Use>> base = uses(baseline);
    Optional<Map<String, Use>> treat = uses(treatment);
    if (base.isEmpty() || treat.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Line> lines = new LinkedHashMap<>();
    base.get()
        .forEach((name, use) ->
            lines.put(name, new Line(name, use, treat.get().getOrDefault(name, Use.NONE))));
    treat.get().forEach((name, use) -> lines.putIfAbsent(name, new Line(name, Use.NONE, use)));
    List<Line> sorted = new ArrayList<>(lines.values());
    sorted.removeIf(line -> line.taken() == 0);
    sorted.sort(
        Comparator.comparingDouble(Line::waitNsPerOp)
            .thenComparingDouble(Line::taken)
            .reversed()
            .thenComparing(Line::name));
    return Optional.of(new LockTable(List.copyOf(sorted)));
  }

  static Optional<LockTable> of(RunView run, Gains.Cell cell, String treatment) {
    return of(run.done(cell, cell.baseline()), run.done(cell, treatment));
  }

  private static Optional<Map<String, Use>> uses(List<TrialView> trials) {
    Map<String, long[]> sums = new LinkedHashMap<>();
    long operations = 0;
    for (TrialView trial : trials) {
      List<TrialView.Lock> locks = trial.locks();
      if (locks != null) {
        operations += trial.lockedOperations();
        for (TrialView.Lock lock : locks) {
          long[] sum = sums.computeIfAbsent(lock.name(), _ -> new long[3]);
          sum[0] += lock.acquired();
          sum[1] += lock.contended();
          sum[2] += lock.totalWaitNs();
        }
      }
    }
    if (operations == 0) {
      return Optional.empty();
    }
    Map<String, Use> uses = new LinkedHashMap<>();
    double per = operations;
    sums.forEach((name, sum) -> uses.put(name, use(sum, per)));
    return Optional.of(uses);
  }

  private static Use use(long[] sum, double operations) {
    return new Use(
        sum[0] / operations,
        sum[0] == 0 ? 0 : (double) sum[1] / sum[0],
        sum[1] == 0 ? null : (double) sum[2] / sum[1],
        sum[2] / operations);
  }
}
