package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

    IndexUpdate.after(run, store, new PrintWriter(err, true));
    assertThat(err.toString()).as("no index was asked for, and there is none").isEmpty();

    Path garbage = Files.writeString(folder.resolve("index.db"), "no database ".repeat(100));
    store.store = "sqlite:" + garbage;
    IndexUpdate.after(run, store, new PrintWriter(err, true));
    assertThat(err.toString())
        .startsWith("slablab: warning: the run is complete, the index of campaigns is not\n")
        .contains(garbage.toString(), "slablab reindex");
    assertThat(err.toString().lines()).hasSize(3);
  }
}
