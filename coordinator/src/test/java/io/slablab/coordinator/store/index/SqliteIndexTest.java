package io.slablab.coordinator.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqliteIndexTest extends IndexContract {

  @Override
  StoreLocation location() {
    return new StoreLocation.Sqlite(folder.resolve("deep").resolve("index.db"));
  }

  @Test
  void aFileThatIsNoDatabaseIsTroubleInOneLineAndReindexReplacesIt() throws IOException {
    Path file = folder.resolve("index.db");
    Files.writeString(file, "this is no database, and it is longer than a header. ".repeat(40));
    StoreLocation broken = new StoreLocation.Sqlite(file);

    assertThatThrownBy(() -> CampaignIndex.open(broken))
        .isInstanceOf(IndexTrouble.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining("not a database")
        .hasMessageNotContaining("\n");
    SmallRun.write(folder.resolve("runs/aa"), "aa", "2026-02-03T04:05:06Z", "k1");
    Reindex.into(broken, List.of(folder.resolve("runs")));
    assertThat(CampaignIndex.open(broken).campaigns(null, 10)).hasSize(1);
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("index.db", "runs");
    }
  }

  @Test
  void aRebuildKeepsRunsThatLieElsewhereAndForgetsThoseThatAreGone() throws IOException {
    StoreLocation location = location();
    CampaignIndex index = CampaignIndex.open(location);
    Path here = SmallRun.write(folder.resolve("x/aa"), "aa", "2026-02-03T04:05:06Z", "k1").root();
    Path gone = SmallRun.write(folder.resolve("x/bb"), "bb", "2026-02-04T04:05:06Z", "k1").root();
    index.put(RunScan.of(new io.slablab.coordinator.store.RunDirectory(here)));
    index.put(RunScan.of(new io.slablab.coordinator.store.RunDirectory(gone)));
    Files.delete(gone.resolve("manifest.json"));

    Reindex.into(location, List.of(Files.createDirectory(folder.resolve("runs"))));

    assertThat(CampaignIndex.open(location).directories()).containsExactly(here.toString());
  }

  @Test
  void aFolderThatCannotBeMadeIsTrouble() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(
            () -> CampaignIndex.open(new StoreLocation.Sqlite(file.resolve("x/index.db"))))
        .isInstanceOf(IndexTrouble.class);
  }
}
