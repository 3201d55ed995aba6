package io.slablab.coordinator.history;

import io.slablab.coordinator.stats.PairedT;
import io.slablab.coordinator.stats.Samples;
import io.slablab.coordinator.store.index.StoredSeries;
import io.slablab.coordinator.store.index.StoredSeries.Night;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a series stands now: the mean of its nights since its last change.
 *
 * @param since first of these nights
 * @param nights how many of them have a gain
 * @param gain exp(mean ln ratio) - 1; null without a night
 * @param low lower end of the t interval over nights; null with fewer than two that differ
 * @param high upper end
 * @param open changes of this series that nobody accepted
 */
public record SeriesLevel(
    StoredSeries series,
    Night since,
    int nights,
    @Nullable Double gain,
    @Nullable Double low,
    @Nullable Double high,
    int open) {
  private static final double CONFIDENCE = 0.95;

  /** The same in one flat row, for machines. */
  public record Row(
      String suite,
      String host,
      String cell,
      String variant,
      String metric,
      String hostKey,
      boolean simulated,
      int nights,
      String first,
      String last,
      String since,
      int nightsSince,
      @Nullable Double gain,
      @Nullable Double low,
      @Nullable Double high,
      int open) {}

  public Row row() {
    StoredSeries.Key key = series.key();
    return new Row(
        key.suite(),
        key.host(),
        key.cell(),
        key.variant(),
        key.metric(),
        key.hostKey(),
        series.simulated(),
        series.points(),
        series.nights().getFirst().run(),
        series.nights().getLast().run(),
        since.run(),
        nights,
        gain,
        low,
        high,
        open);
  }

  /** One per series, in their order. */
  public static List<SeriesLevel> of(History history) {
    Map<StoredSeries.Key, List<Change>> byKey = new HashMap<>();
    for (Change change : history.changes()) {
      byKey.computeIfAbsent(bare(change.key()), _ -> new ArrayList<>()).add(change);
    }
    return history.series().stream()
        .map(s -> of(s, byKey.getOrDefault(bare(s.key()), List.of())))
        .toList();
  }

  /** Acceptances outlive the comparability key of their night. */
  private static StoredSeries.Key bare(StoredSeries.Key key) {
    return new StoredSeries.Key(
        key.suite(), key.host(), key.cell(), key.variant(), key.metric(), "");
  }

  private static SeriesLevel of(StoredSeries series, List<Change> changes) {
    List<Night> nights = series.nights();
    int last = changes.stream().mapToInt(c -> c.night().order()).max().orElse(-1);
    int from = 0;
    while (from < nights.size() - 1 && nights.get(from).order() < last) {
      from++;
    }
    double[] values =
        Arrays.stream(series.logGain(), from, nights.size()).filter(Double::isFinite).toArray();
    int open = (int) changes.stream().filter(Change::open).count();
    if (values.length < 2 || Samples.identical(values)) {
      Double only = values.length == 0 ? null : Math.expm1(Samples.mean(values));
      return new SeriesLevel(series, nights.get(from), values.length, only, null, null, open);
    }
    PairedT t = PairedT.of(values, CONFIDENCE, 1);
    return new SeriesLevel(
        series, nights.get(from), values.length, t.gain(), t.gainLow(), t.gainHigh(), open);
  }
}
