package io.slablab.coordinator.store.index;

import io.slablab.coordinator.store.index.CampaignIndex.Series;
import io.slablab.coordinator.store.index.StoredSeries.Key;
import io.slablab.coordinator.store.index.StoredSeries.Night;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Reads series: the table of gains once, in the order in which it lies on the disk, and nothing of
 * a row but what a series needs. The rows are sorted here, series by series, which is much less
 * than the database would have to sort. Memory: 20 bytes per point.
 */
final class SeriesQuery {
  private static final int FETCH = 10_000;

  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::suite)
          .thenComparing(Key::host)
          .thenComparing(Key::cell)
          .thenComparing(Key::variant)
          .thenComparing(Key::metric)
          .thenComparing(Key::hostKey);

  private final Series wanted;
  private final List<Night> nights = new ArrayList<>();
  private final Map<String, Night> byRun = new HashMap<>();
  private final Map<String, Map<String, String>> hostKeys = new HashMap<>();
  private final Map<Key, Points> series = new HashMap<>();

  SeriesQuery(Series wanted) {
    this.wanted = wanted;
  }

  /** In one transaction: a server hands rows over by and by only within one. */
  List<StoredSeries> read(Handle handle) {
    nights(handle);
    handle
        .createQuery("SELECT run, host, host_key FROM host")
        .setFetchSize(FETCH)
        .scanResultSet((rows, _) -> each(rows.get(), this::hostKey));
    gains(handle);
    Map<Key, Points> ordered = new TreeMap<>(ORDER);
    ordered.putAll(series);
    return ordered.entrySet().stream().map(e -> e.getValue().series(e.getKey(), nights)).toList();
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private static int each(ResultSet rows, RowReader reader) throws SQLException {
    int count = 0;
    for (; rows.next(); count++) {
      reader.read(rows);
    }
    return count;
  }

  private void nights(Handle handle) {
    String where = wanted.suite() == null ? "" : " WHERE suite = :suite";
    try (Query query =
        handle.createQuery(
            "SELECT run, suite, started_at, label, tool_version, directory FROM campaign"
                + where
                + " ORDER BY started_at, run")) {
      if (wanted.suite() != null) {
        query.bind("suite", wanted.suite());
      }
      query.scanResultSet((rows, _) -> each(rows.get(), this::night));
    }
  }

  private void night(ResultSet row) throws SQLException {
    Night night =
        new Night(
            nights.size(),
            row.getString(1),
            row.getString(2),
            row.getString(3),
            Objects.requireNonNullElse(row.getString(4), ""),
            row.getString(5),
            row.getString(6));
    nights.add(night);
    byRun.put(night.run(), night);
  }

  private void hostKey(ResultSet row) throws SQLException {
    hostKeys
        .computeIfAbsent(row.getString(1), _ -> new HashMap<>())
        .put(row.getString(2), row.getString(3));
  }

  private void gains(Handle handle) {
    Map<String, String> conditions = new LinkedHashMap<>();
    condition(conditions, "host", wanted.host());
    condition(conditions, "cell", wanted.cell());
    condition(conditions, "variant", wanted.variant());
    condition(conditions, "metric", wanted.metric());
    StringBuilder sql =
        new StringBuilder(
            "SELECT run, host, cell, variant, metric, higher_is_better, simulated, baseline, gain"
                + " FROM gain");
    String word = " WHERE ";
    for (String column : conditions.keySet()) {
      sql.append(word).append(column).append(" = :").append(column);
      word = " AND ";
    }
    try (Query query = handle.createQuery(sql.toString())) {
      query
          .bindMap(conditions)
          .setFetchSize(FETCH)
          .scanResultSet((rows, _) -> each(rows.get(), this::gain));
    }
  }

  private static void condition(
      Map<String, String> conditions, String column, @Nullable String value) {
    if (value != null) {
      conditions.put(column, value);
    }
  }

  private void gain(ResultSet row) throws SQLException {
    Night night = byRun.get(row.getString(1));
    if (night == null) {
      return; // of another suite
    }
    String host = row.getString(2);
    Key key =
        new Key(
            night.suite(),
            host,
            row.getString(3),
            row.getString(4),
            row.getString(5),
            hostKeys.getOrDefault(night.run(), Map.of()).getOrDefault(host, ""));
    Points points = series.get(key);
    if (points == null) {
      points = new Points(row.getInt(6) == 1, row.getInt(7) == 1);
      series.put(key, points);
    }
    double baseline = row.getDouble(8);
    double level = row.wasNull() ? Double.NaN : Math.log(baseline);
    double gain = row.getDouble(9);
    points.add(night.order(), row.wasNull() ? Double.NaN : Math.log1p(gain), level);
  }

  /** Points of one series, in any order. */
  private static final class Points {
    private final boolean higherIsBetter;
    private final boolean simulated;
    private int size;
    private int[] order = new int[16];
    private double[] gains = new double[16];
    private double[] levels = new double[16];

    Points(boolean higherIsBetter, boolean simulated) {
      this.higherIsBetter = higherIsBetter;
      this.simulated = simulated;
    }

    void add(int night, double gain, double level) {
      if (size == order.length) {
        order = Arrays.copyOf(order, 2 * size);
        gains = Arrays.copyOf(gains, 2 * size);
        levels = Arrays.copyOf(levels, 2 * size);
      }
      order[size] = night;
      gains[size] = gain;
      levels[size] = level;
      size++;
    }

    StoredSeries series(Key key, List<Night> all) {
      Integer[] sorted = new Integer[size];
      Arrays.setAll(sorted, i -> i);
      Arrays.sort(sorted, Comparator.comparingInt(i -> order[i]));
      return new StoredSeries(
          key,
          higherIsBetter,
          simulated,
          Arrays.stream(sorted).map(i -> all.get(order[i])).toList(),
          Arrays.stream(sorted).mapToDouble(i -> gains[i]).toArray(),
          Arrays.stream(sorted).mapToDouble(i -> levels[i]).toArray());
    }
  }
}
