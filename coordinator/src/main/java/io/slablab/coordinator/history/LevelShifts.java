package io.slablab.coordinator.history;

import io.slablab.coordinator.history.Change.Kind;
import io.slablab.coordinator.stats.history.ChangePoint;
import io.slablab.coordinator.stats.history.ChangePoints;
import io.slablab.coordinator.store.index.StoredSeries.Night;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Shifts of level, each series cut where a change of it was accepted. */
final class LevelShifts {
  private LevelShifts() {}

  static List<Change> of(List<ValueSeries> all, Kind kind, Restarts restarts) {
    return all.parallelStream().flatMap(s -> shifts(s, kind, restarts).stream()).toList();
  }

  private static List<Change> shifts(ValueSeries series, Kind kind, Restarts restarts) {
    List<Change> changes = new ArrayList<>();
    int from = 0;
    int nights = series.nights().size();
    for (int i = 1; i <= nights; i++) {
      if (i == nights || restarted(series, kind, restarts, i)) {
        part(series, kind, from, i, changes);
        from = i;
      }
    }
    return changes;
  }

  private static boolean restarted(ValueSeries series, Kind kind, Restarts restarts, int i) {
    return restarts.between(kind, series.key(), series.nights().get(i - 1), series.nights().get(i));
  }

  private static void part(ValueSeries series, Kind kind, int from, int to, List<Change> changes) {
    ChangePoints found = ChangePoints.of(Arrays.copyOfRange(series.values(), from, to));
    for (ChangePoint point : found.points()) {
      Night night = series.nights().get(from + point.index());
      changes.add(
          new Change(
              Change.id(kind, series.key(), night.run()),
              kind,
              series.key(),
              series.nights().get(from + point.index() - 1),
              night,
              point.before(),
              point.after(),
              point.low(),
              point.high(),
              point.pValue(),
              null,
              false,
              null));
    }
  }
}
