package io.slablab.coordinator.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.index.CampaignIndex.Series;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import io.slablab.coordinator.store.index.Rows.CampaignRow;
import io.slablab.coordinator.store.index.Rows.HistoryRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every index does, whatever database it is. */
abstract class IndexContract {
  private static final Series ALL = new Series(null, null, null, null, null);
  private static final Series ONE =
      new Series("hand-made", "desk", "exec-1c", "ctor-dtor", "throughput");

  @TempDir Path folder;

  /** An empty one, the same for each call within a test. */
  abstract StoreLocation location();

  private CampaignIndex index() throws IOException {
    return CampaignIndex.open(location());
  }

  private RunDirectory run(String id, String startedAt, String hostKey) throws IOException {
    return SmallRun.write(folder.resolve("runs").resolve(id), id, startedAt, hostKey);
  }

  @Test
  void aCampaignIsWhatItsFilesSay() throws IOException {
    RunDirectory run = run("aa", "2026-02-03T04:05:06Z", "k1");
    index().put(RunScan.of(run));

    assertThat(index().campaigns(null, 10))
        .containsExactly(
            new CampaignRow(
                "20260203T040506Z-aa",
                "aa",
                "hand-made",
                "label-aa",
                "0.1.0",
                42,
                "2026-02-03T04:05:06Z",
                "2026-02-03T05:00:00Z",
                "incomplete",
                3,
                2,
                1,
                run.root().toString()));
  }

  @Test
  void aSeriesIsOrderedByTimeAndCarriesHostAndInterval() throws IOException {
    CampaignIndex index = index();
    index.put(RunScan.of(run("late", "2026-03-03T00:00:00Z", "k2")));
    index.put(RunScan.of(run("early", "2026-02-03T00:00:00Z", "k1")));

    List<HistoryRow> series = index.history(ONE);

    assertThat(series).extracting(HistoryRow::label).containsExactly("label-early", "label-late");
    assertThat(series).extracting(HistoryRow::hostKey).containsExactly("k1", "k2");
    HistoryRow first = series.getFirst();
    assertThat(first.gain()).isEqualTo(0.08);
    assertThat(first.low()).isEqualTo(0.0712);
    assertThat(first.high()).isEqualTo(0.0889);
    assertThat(first.confidence()).isEqualTo(0.95);
    assertThat(first.sdLog()).isEqualTo(0.01);
    assertThat(first.verdict()).isEqualTo("better");
    assertThat(first.toolVersion()).isEqualTo("0.1.0");
    assertThat(index.history(new Series(null, "elsewhere", null, null, null))).isEmpty();
    assertThat(index.history(ALL))
        .hasSizeGreaterThan(2)
        .allMatch(row -> row.suite().equals("hand-made"));
  }

  @Test
  void seriesAreApartByTheHostsKeyAndHoldLogarithms() throws IOException {
    CampaignIndex index = index();
    index.put(RunScan.of(run("late", "2026-03-03T00:00:00Z", "k2")));
    index.put(RunScan.of(run("middle", "2026-02-04T00:00:00Z", "k1")));
    index.put(RunScan.of(run("early", "2026-02-03T00:00:00Z", "k1")));

    List<StoredSeries> series = index.series(ONE);

    assertThat(series).extracting(s -> s.key().hostKey()).containsExactly("k1", "k2");
    StoredSeries first = series.getFirst();
    assertThat(first.nights())
        .extracting(StoredSeries.Night::label)
        .containsExactly("label-early", "label-middle");
    assertThat(first.logGain()).containsOnly(Math.log1p(0.08));
    assertThat(first.points()).isEqualTo(2);
    assertThat(index.series(ALL)).hasSizeGreaterThan(2);
    assertThat(index.series(new Series("another", null, null, null, null))).isEmpty();
  }

  @Test
  void whatWasSaidOfAChangeStaysWhenItsRunIsReplacedAndWhenTheIndexIsMadeAnew() throws IOException {
    RunDirectory run = run("aa", "2026-02-03T04:05:06Z", "k1");
    CampaignIndex index = index();
    index.put(RunScan.of(run));
    AcceptanceRow said =
        new AcceptanceRow(
            "c1",
            "gain",
            "hand-made",
            "desk",
            "exec-1c",
            "ctor-dtor",
            "throughput",
            "k1",
            "20260203T040506Z-aa",
            "2026-02-03T04:05:06Z",
            -0.03,
            "accepted",
            "it's a trade",
            "ann",
            "2026-02-04T00:00:00Z");

    index.accept(said, run.root());
    index.put(RunScan.of(run));
    assertThat(index().acceptances()).containsExactly(said);

    Reindex.into(location(), List.of(folder.resolve("runs")));
    assertThat(index().acceptances()).containsExactly(said);
  }

  @Test
  void aRunPutInTwiceIsThereOnce() throws IOException {
    RunDirectory run = run("aa", "2026-02-03T04:05:06Z", "k1");
    CampaignIndex index = index();
    index.put(RunScan.of(run));
    int points = index.history(ALL).size();
    index.put(RunScan.of(run));

    assertThat(index.campaigns(null, 10)).hasSize(1);
    assertThat(index.history(ALL)).hasSize(points);
  }

  @Test
  void theNewestComesFirstAndIsFoundByItsNames() throws IOException {
    CampaignIndex index = index();
    index.put(RunScan.of(run("aa", "2026-02-03T04:05:06Z", "k1")));
    index.put(RunScan.of(run("bb", "2026-02-04T04:05:06Z", "k1")));

    assertThat(index.campaigns("hand-made", 1))
        .extracting(CampaignRow::campaign)
        .containsExactly("bb");
    assertThat(index.campaigns("another", 9)).isEmpty();
    for (String name : List.of("aa", "label-aa", "20260203T040506Z-aa")) {
      assertThat(index.find(name).orElseThrow().campaign()).isEqualTo("aa");
    }
    assertThat(index.find("cc")).isEmpty();
  }

  @Test
  void aRunWithoutGainsOrJournalIsUnfinished() throws IOException {
    RunDirectory run = run("aa", "2026-02-03T04:05:06Z", "k1");
    Files.delete(run.journal());
    Files.delete(run.root().resolve("gains.json"));
    Files.delete(run.host("desk").resolve("conditions.json"));
    index().put(RunScan.of(run));

    CampaignRow row = index().find("aa").orElseThrow();
    assertThat(row.outcome()).isEqualTo("unfinished");
    assertThat(row.endedAt()).isNull();
    assertThat(index().history(ALL)).isEmpty();
  }

  @Test
  void aBrokenRunLeavesTheIndexAsItWas() throws IOException {
    RunDirectory run = run("aa", "2026-02-03T04:05:06Z", "k1");
    CampaignIndex index = index();
    index.put(RunScan.of(run));
    Files.writeString(run.trial("desk", "exec-1c", 0, "baseline").resolve("trial.json"), "{");

    assertThatThrownBy(() -> index.put(RunScan.of(run))).isInstanceOf(IOException.class);
    assertThat(index.campaigns(null, 10)).hasSize(1);
    assertThat(index.history(ONE)).hasSize(1);
  }

  @Test
  void reindexFindsEveryRunAndNamesThoseItCannotRead() throws IOException {
    run("aa", "2026-02-03T04:05:06Z", "k1");
    run("bb", "2026-02-04T04:05:06Z", "k1");
    Path broken = run("cc", "2026-02-05T04:05:06Z", "k1").manifest();
    Files.writeString(broken, "{");

    Reindex.Outcome outcome = Reindex.into(location(), List.of(folder.resolve("runs")));

    assertThat(outcome.indexed()).isEqualTo(2);
    assertThat(outcome.unreadable()).containsOnlyKeys(broken.getParent());
    assertThat(index().campaigns(null, 10))
        .extracting(CampaignRow::campaign)
        .containsExactly("bb", "aa");
  }
}
