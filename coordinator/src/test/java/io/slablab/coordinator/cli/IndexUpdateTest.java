package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexUpdateTest {
  @TempDir Path folder;

  @Test
  void whateverIsWrongIsAWarningAndARunElsewhereIsNobodysBusiness() throws IOException {
    RunDirectory run = new RunDirectory(folder.resolve("run"));
    run.create();
    StringWriter err = new StringWriter();
    StoreOptions store = new StoreOptions();

    IndexUpdate update = new IndexUpdate(run, store, new PrintWriter(err, true));
    update.end();
    assertThat(err.toString()).as("no index was asked for, and there is none").isEmpty();

    Path garbage = Files.writeString(folder.resolve("index.db"), "no database ".repeat(100));
    store.store = "sqlite:" + garbage;
    update.begin();
    assertThat(err.toString()).as("told once, at the end").isEmpty();
    update.end();
    assertThat(err.toString())
        .startsWith("slablab: warning: the run directory is whole, the index of campaigns is not\n")
        .contains(garbage.toString(), "slablab reindex");
    assertThat(err.toString().lines()).hasSize(3);
  }

  @Test
  void aRunIsInTheIndexFromItsStartAndLaterWithWhatBecameOfIt() throws IOException {
    RunDirectory run = new RunDirectory(KilledRun.write(folder.resolve("run")));
    Files.writeString(
        run.manifest(),
        """
        {"schema":"slablab/run/1","toolVersion":"0.1.0","campaign":"k","suite":"s","seed":42,
         "startedAt":"2026-02-03T04:05:06Z","overrides":{},"digests":{}}
        """);
    Files.delete(run.journal());
    StoreOptions store = new StoreOptions();
    store.store = "sqlite:" + folder.resolve("index.db");
    IndexUpdate update = new IndexUpdate(run, store, new PrintWriter(new StringWriter()));

    update.begin();
    assertThat(campaigns(store)).containsExactly("unfinished");
    try (Journal journal = Journal.open(run.journal(), Clock.systemUTC())) {
      journal.append(new JournalRecord.CampaignStarted("k", "s", 42, 2));
      journal.append(new JournalRecord.CampaignEnded("interrupted", 0, 0, 2));
    }
    update.end();
    assertThat(campaigns(store)).as("once").containsExactly("interrupted");
  }

  private static List<String> campaigns(StoreOptions store) throws IOException {
    try {
      return store.open().campaigns(null, 10).stream().map(row -> row.outcome()).toList();
    } catch (UserError e) {
      throw new AssertionError(e);
    }
  }
}
