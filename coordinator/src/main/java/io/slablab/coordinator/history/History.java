package io.slablab.coordinator.history;

import io.slablab.coordinator.history.Change.Kind;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import io.slablab.coordinator.store.index.StoredSeries;
import io.slablab.coordinator.store.index.StoredSeries.Key;
import io.slablab.coordinator.store.index.StoredSeries.Night;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The changes of some series.
 *
 * @param series as the index gives them
 * @param changes the youngest first, accepted ones too
 */
public record History(List<StoredSeries> series, List<Change> changes) {
  /** A gain and a level that change within so many nights of one another changed together. */
  private static final int TOGETHER = 3;

  public static final History NONE = new History(List.of(), List.of());

  public History {
    series = List.copyOf(series);
    changes = List.copyOf(changes);
  }

  /**
   * Searches all series; a pure function, on all cores.
   *
   * @param acceptances everything that was said
   */
  public static History of(List<StoredSeries> series, List<AcceptanceRow> acceptances) {
    Map<String, AcceptanceRow> said = new HashMap<>();
    acceptances.forEach(row -> said.put(row.changeId(), row));
    Restarts restarts = new Restarts(acceptances);
    List<Change> levels = LevelShifts.of(levels(series), Kind.LEVEL, restarts);
    List<Change> gains = LevelShifts.of(gains(series), Kind.GAIN, restarts);
    List<Change> found = new ArrayList<>(hosts(series));
    found.addAll(levels);
    Map<String, List<Change>> byCell = new HashMap<>();
    levels.forEach(
        level -> byCell.computeIfAbsent(place(level.key()), _ -> new ArrayList<>()).add(level));
    for (Change gain : gains) {
      List<Change> beside = byCell.getOrDefault(place(gain.key()), List.of());
      found.add(gain.withLevel(beside.stream().anyMatch(level -> together(gain, level))));
    }
    return new History(
        series,
        Stream.concat(
                found.stream().map(change -> change.with(said.get(change.id()))),
                kept(found, acceptances, series))
            .sorted(
                Comparator.comparing((Change c) -> c.night().order())
                    .reversed()
                    .thenComparing(Change::kind)
                    .thenComparing(c -> c.key().toString()))
            .toList());
  }

  private static String place(Key key) {
    return String.join("\n", key.suite(), key.host(), key.cell(), key.metric());
  }

  private static boolean together(Change gain, Change level) {
    return Math.abs(gain.night().order() - level.night().order()) <= TOGETHER;
  }

  private static List<ValueSeries> gains(List<StoredSeries> series) {
    return series.stream().map(s -> new ValueSeries(s.key(), s.nights(), s.logGain())).toList();
  }

  /** One per cell and metric: every variant of a cell has the same baseline. */
  private static List<ValueSeries> levels(List<StoredSeries> series) {
    Map<Key, ValueSeries> levels = new LinkedHashMap<>();
    for (StoredSeries s : series) {
      Key of = s.key();
      Key key = new Key(of.suite(), of.host(), of.cell(), "", of.metric(), of.hostKey());
      levels.putIfAbsent(key, new ValueSeries(key, s.nights(), s.logBaseline()));
    }
    return List.copyOf(levels.values());
  }

  /**
   * Changes that cut a series and so are found no more: as they were when they were accepted, with
   * the change alone.
   */
  private static Stream<Change> kept(
      List<Change> found, List<AcceptanceRow> acceptances, List<StoredSeries> series) {
    List<String> ids = found.stream().map(Change::id).toList();
    Map<String, Night> nights = new HashMap<>();
    series.forEach(s -> s.nights().forEach(night -> nights.putIfAbsent(night.run(), night)));
    return acceptances.stream()
        .filter(row -> !ids.contains(row.changeId()) && nights.containsKey(row.run()))
        .filter(row -> series.stream().anyMatch(s -> about(row, s.key())))
        .flatMap(row -> Optional.ofNullable(nights.get(row.run())).map(n -> kept(row, n)).stream());
  }

  private static boolean about(AcceptanceRow row, Key key) {
    return row.suite().equals(key.suite())
        && row.host().equals(key.host())
        && (row.cell().isEmpty() || row.cell().equals(key.cell()))
        && (row.variant().isEmpty() || row.variant().equals(key.variant()))
        && (row.metric().isEmpty() || row.metric().equals(key.metric()));
  }

  private static Change kept(AcceptanceRow row, Night night) {
    Kind kind =
        Stream.of(Kind.values()).filter(k -> k.word().equals(row.kind())).findFirst().orElseThrow();
    boolean host = kind == Kind.HOST;
    return new Change(
        row.changeId(),
        kind,
        new Key(row.suite(), row.host(), row.cell(), row.variant(), row.metric(), row.hostKey()),
        null,
        night,
        host ? null : 0.0,
        host ? null : row.changeLog(),
        null,
        null,
        null,
        null,
        false,
        row);
  }

  /** A host whose key is not what it was the night before; nights that do not tell are left out. */
  private static List<Change> hosts(List<StoredSeries> series) {
    Map<List<String>, Map<Integer, StoredSeries>> hosts = new LinkedHashMap<>();
    Map<Integer, Night> nights = new HashMap<>();
    for (StoredSeries s : series) {
      if (!s.key().hostKey().isEmpty()) {
        Map<Integer, StoredSeries> known =
            hosts.computeIfAbsent(List.of(s.key().suite(), s.key().host()), _ -> new TreeMap<>());
        for (Night night : s.nights()) {
          known.put(night.order(), s);
          nights.put(night.order(), night);
        }
      }
    }
    List<Change> changes = new ArrayList<>();
    hosts.forEach((host, byNight) -> {
      String key = "";
      Night previous = null;
      for (Map.Entry<Integer, StoredSeries> entry : byNight.entrySet()) {
        Night night = nights.get(entry.getKey());
        String now = entry.getValue().key().hostKey();
        if (night != null && previous != null && !now.equals(key)) {
          changes.add(
              host(
                  new Key(host.getFirst(), host.getLast(), "", "", "", now), key, previous, night));
        }
        key = now;
        previous = night;
      }
    });
    return changes;
  }

  private static Change host(Key key, String from, Night previous, Night night) {
    return new Change(
        Change.id(Kind.HOST, key, night.run()),
        Kind.HOST,
        key,
        previous,
        night,
        null,
        null,
        null,
        null,
        null,
        from,
        false,
        null);
  }
}
