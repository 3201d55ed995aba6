package io.slablab.coordinator.store.index;

import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import io.slablab.coordinator.store.index.Rows.CampaignRow;
import io.slablab.coordinator.store.index.Rows.CellRow;
import io.slablab.coordinator.store.index.Rows.GainRow;
import io.slablab.coordinator.store.index.Rows.HistoryRow;
import io.slablab.coordinator.store.index.Rows.HostRow;
import io.slablab.coordinator.store.index.Rows.TrialRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The index of campaigns. Each method is one transaction on a connection of its own; any thread.
 * Every call to a server has a deadline.
 */
public final class CampaignIndex {

  /** Which points of which series; null for all. */
  public record Series(
      @Nullable String suite,
      @Nullable String host,
      @Nullable String cell,
      @Nullable String variant,
      @Nullable String metric) {}

  private static final int BATCH = 500;

  /** Children first. */
  private static final List<String> TABLES = List.of("gain", "trial", "cell", "host", "campaign");

  private final StoreLocation location;
  private final Jdbi jdbi;

  private CampaignIndex(StoreLocation location, Jdbi jdbi) {
    this.location = location;
    this.jdbi = jdbi;
  }

  /** Opens an index, made or brought up to date where it has to be. */
  public static CampaignIndex open(StoreLocation location) throws IndexTrouble {
    try {
      return new CampaignIndex(location, mapped(Jdbi.create(Databases.migrated(location))));
    } catch (IOException | FlywayException | JdbiException e) {
      throw new IndexTrouble(location, e);
    }
  }

  private static Jdbi mapped(Jdbi jdbi) {
    return jdbi.registerRowMapper(ConstructorMapper.factory(CampaignRow.class))
        .registerRowMapper(ConstructorMapper.factory(HistoryRow.class))
        .registerRowMapper(ConstructorMapper.factory(AcceptanceRow.class));
  }

  public StoreLocation location() {
    return location;
  }

  /**
   * Puts a run in, in the place of what was known of it.
   *
   * @throws IndexTrouble when the index refuses
   * @throws IOException when a file of the run cannot be read; the index is as it was
   */
  public void put(RunScan run) throws IOException {
    try {
      jdbi.useTransaction(handle -> replace(handle, run));
    } catch (JdbiException e) {
      throw new IndexTrouble(location, e);
    }
  }

  private static void replace(Handle handle, RunScan run) throws IOException {
    for (String table : TABLES) {
      handle
          .createUpdate("DELETE FROM " + table + " WHERE run = :run")
          .bind("run", run.key())
          .execute();
    }
    try (Inserter<CampaignRow> campaigns = new Inserter<>(handle, "campaign", CampaignRow.class)) {
      campaigns.add(run.campaign());
    }
    try (Inserter<HostRow> hosts = new Inserter<>(handle, "host", HostRow.class)) {
      run.hosts().forEach(hosts::add);
    }
    try (Inserter<CellRow> cells = new Inserter<>(handle, "cell", CellRow.class)) {
      run.cells().forEach(cells::add);
    }
    try (Inserter<TrialRow> trials = new Inserter<>(handle, "trial", TrialRow.class)) {
      run.trials(trials::add);
    }
    try (Inserter<GainRow> gains = new Inserter<>(handle, "gain", GainRow.class)) {
      run.gains().forEach(gains::add);
    }
    for (AcceptanceRow row : run.acceptances()) {
      insert(handle, row);
    }
  }

  /** What was said of a change is said once. */
  private static void insert(Handle handle, AcceptanceRow row) {
    handle
        .createUpdate("DELETE FROM acceptance WHERE change_id = :id")
        .bind("id", row.changeId())
        .execute();
    try (Inserter<AcceptanceRow> rows = new Inserter<>(handle, "acceptance", AcceptanceRow.class)) {
      rows.add(row);
    }
  }

  /**
   * Keeps what somebody said of a change: here, and in the run directory of the change where that
   * is within reach.
   *
   * @param directory of the run
   * @throws IOException when one of them cannot be written; the index is as it was
   */
  public void accept(AcceptanceRow row, Path directory) throws IOException {
    try {
      jdbi.useTransaction(handle -> {
        insert(handle, row);
        if (Files.isDirectory(directory)) {
          Acceptances.append(new RunDirectory(directory), row);
        }
      });
    } catch (JdbiException e) {
      throw new IndexTrouble(location, e);
    }
  }

  /** Everything that was said of changes, oldest first. */
  public List<AcceptanceRow> acceptances() throws IndexTrouble {
    return query(
        "SELECT * FROM acceptance ORDER BY accepted_at, change_id", Map.of(), AcceptanceRow.class);
  }

  /** Takes over what another index knows and no run directory within reach holds. */
  void takeOver(List<AcceptanceRow> rows) throws IndexTrouble {
    try {
      jdbi.useTransaction(handle -> rows.forEach(row -> insert(handle, row)));
    } catch (JdbiException e) {
      throw new IndexTrouble(location, e);
    }
  }

  /** Series by suite, host, cell, variant, metric and the host's comparability key. */
  public List<StoredSeries> series(Series wanted) throws IndexTrouble {
    try {
      return jdbi.inTransaction(new SeriesQuery(wanted)::read);
    } catch (JdbiException e) {
      throw new IndexTrouble(location, e);
    }
  }

  /** Writes rows some hundreds at a time, however many there are. */
  private static final class Inserter<R extends Record> implements AutoCloseable {
    private final PreparedBatch batch;

    Inserter(Handle handle, String table, Class<R> type) {
      List<String> columns = new ArrayList<>();
      List<String> values = new ArrayList<>();
      for (var component : type.getRecordComponents()) {
        columns.add(
            component
                .getName()
                .replaceAll("(\\p{Upper})", "_$1")
                .toLowerCase(java.util.Locale.ROOT));
        values.add(":" + component.getName());
      }
      this.batch =
          handle.prepareBatch(
              "INSERT INTO %s (%s) VALUES (%s)"
                  .formatted(table, String.join(", ", columns), String.join(", ", values)));
    }

    void add(R row) {
      batch.bindMethods(row).add();
      if (batch.size() >= BATCH) {
        batch.execute();
      }
    }

    @Override
    public void close() {
      if (batch.size() > 0) {
        batch.execute();
      }
      batch.close();
    }
  }

  /**
   * The latest campaigns, newest first.
   *
   * @param suite null for all
   */
  public List<CampaignRow> campaigns(@Nullable String suite, int most) throws IndexTrouble {
    String where = suite == null ? "" : " WHERE suite = :suite";
    return query(
        "SELECT * FROM campaign" + where + " ORDER BY started_at DESC, run DESC LIMIT :most",
        suite == null ? Map.of("most", most) : Map.of("suite", suite, "most", most),
        CampaignRow.class);
  }

  /** The newest campaign of this run key, campaign id or label. */
  public Optional<CampaignRow> find(String name) throws IndexTrouble {
    return query(
            "SELECT * FROM campaign WHERE run = :name OR campaign = :name OR label = :name"
                + " ORDER BY started_at DESC, run DESC LIMIT 1",
            Map.of("name", name),
            CampaignRow.class)
        .stream()
        .findFirst();
  }

  /** Every point of these series: one series after another, each oldest first. */
  public List<HistoryRow> history(Series wanted) throws IndexTrouble {
    Map<String, String> conditions = new LinkedHashMap<>();
    condition(conditions, "c.suite", wanted.suite());
    condition(conditions, "g.host", wanted.host());
    condition(conditions, "g.cell", wanted.cell());
    condition(conditions, "g.variant", wanted.variant());
    condition(conditions, "g.metric", wanted.metric());
    StringBuilder sql =
        new StringBuilder(
            """
            SELECT c.run, c.suite, c.label, c.tool_version, c.started_at, c.directory, g.host,
              h.host_key, h.hardware_key, g.cell, g.variant, g.metric, g.unit, g.higher_is_better,
              g.simulated, g.blocks, g.baseline, g.treatment, g.gain, g.low, g.high, g.confidence,
              g.sd_log, g.verdict
            FROM gain g
            JOIN campaign c ON c.run = g.run
            LEFT JOIN host h ON h.run = g.run AND h.host = g.host
            """);
    String word = "WHERE ";
    for (String column : conditions.keySet()) {
      sql.append(word).append(column).append(" = :").append(column.substring(2)).append('\n');
      word = "AND ";
    }
    sql.append("ORDER BY c.suite, g.host, g.cell, g.variant, g.metric, c.started_at, c.run");
    Map<String, Object> values = new LinkedHashMap<>();
    conditions.forEach((column, value) -> values.put(column.substring(2), value));
    return query(sql.toString(), values, HistoryRow.class);
  }

  private static void condition(
      Map<String, String> conditions, String column, @Nullable String value) {
    if (value != null) {
      conditions.put(column, value);
    }
  }

  /** Folders of all runs, for a rebuild. */
  public List<String> directories() throws IndexTrouble {
    return query("SELECT directory FROM campaign ORDER BY run", Map.of(), String.class);
  }

  private <R> List<R> query(String sql, Map<String, ?> values, Class<R> type) throws IndexTrouble {
    try {
      return jdbi.withHandle(handle -> {
        Query query = handle.createQuery(sql);
        return query.bindMap(values).mapTo(type).list();
      });
    } catch (JdbiException e) {
      throw new IndexTrouble(location, e);
    }
  }
}
