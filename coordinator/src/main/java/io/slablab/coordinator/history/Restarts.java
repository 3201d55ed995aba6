package io.slablab.coordinator.history;

import io.slablab.coordinator.history.Change.Kind;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import io.slablab.coordinator.store.index.Rows.HistoryRow;
import io.slablab.coordinator.store.index.StoredSeries.Key;
import io.slablab.coordinator.store.index.StoredSeries.Night;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where baselines start anew: at changes that somebody accepted. A change of a gain restarts its
 * series; one of a level restarts the level.
 */
public final class Restarts {
  private record Place(
      String kind, String suite, String host, String cell, String variant, String metric) {}

  private final Map<Place, Set<String>> starts = new HashMap<>();

  public Restarts(List<AcceptanceRow> acceptances) {
    for (AcceptanceRow row : acceptances) {
      Place place =
          new Place(row.kind(), row.suite(), row.host(), row.cell(), row.variant(), row.metric());
      starts.computeIfAbsent(place, _ -> new TreeSet<>()).add(mark(row.startedAt(), row.run()));
    }
  }

  /** Sorts as runs do. */
  private static String mark(String startedAt, String run) {
    return startedAt + " " + run;
  }

  private Set<String> of(Kind kind, Key key) {
    return starts.getOrDefault(
        new Place(kind.word(), key.suite(), key.host(), key.cell(), key.variant(), key.metric()),
        Set.of());
  }

  /** Whether a series starts anew with this night, the night before it being another. */
  boolean between(Kind kind, Key key, Night before, Night night) {
    return of(kind, key).stream()
        .anyMatch(start ->
            start.compareTo(mark(before.startedAt(), before.run())) > 0
                && start.compareTo(mark(night.startedAt(), night.run())) <= 0);
  }

  /**
   * The rows that a baseline may be made of: of each series those since its last accepted change.
   */
  public List<HistoryRow> since(List<HistoryRow> rows) {
    return rows.stream().filter(this::counts).toList();
  }

  private boolean counts(HistoryRow row) {
    Key key = new Key(row.suite(), row.host(), row.cell(), row.variant(), row.metric(), "");
    return of(Kind.GAIN, key).stream()
        .allMatch(start -> start.compareTo(mark(row.startedAt(), row.run())) <= 0);
  }
}
