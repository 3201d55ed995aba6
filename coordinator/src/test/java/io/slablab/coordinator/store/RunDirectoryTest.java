package io.slablab.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path folder;

  @Test
  void theDefaultNameSaysSuiteAndTime() {
    RunDirectory run =
        RunDirectory.defaultFor(
            Path.of("runs"), "quick", Instant.parse("2026-01-02T03:04:05Z"), "ab12");
    assertThat(run.root()).isEqualTo(Path.of("runs/quick/20260102T030405Z-ab12"));
  }

  @Test
  void aFolderWithContentIsNeverTaken() throws IOException {
    Files.writeString(folder.resolve("x"), "y");
    assertThatThrownBy(() -> new RunDirectory(folder).create())
        .isInstanceOf(RunDirectory.Unusable.class)
        .hasMessageContaining("never overwritten");
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "y");
    assertThatThrownBy(() -> new RunDirectory(file.resolve("run")).checkUsable())
        .isInstanceOf(RunDirectory.Unusable.class)
        .hasMessageContaining(file + " is not a directory");
  }

  @Test
  void checkingLeavesNoTrace() throws IOException {
    new RunDirectory(folder.resolve("a/b")).checkUsable();
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void aPublishedFolderAppearsWholeUnderItsName() throws IOException {
    RunDirectory run = new RunDirectory(folder.resolve("run"));
    run.create();
    Path unfinished = Files.createDirectory(run.unfinishedTrial("h/c/1"));
    AtomicFiles.write(unfinished.resolve("trial.json"), "{}");
    AtomicFiles.publish(unfinished, run.trial("h", "c", 1, "baseline"));
    assertThat(run.root().resolve("trials/h/c/0001-baseline/trial.json")).hasContent("{}");
    assertThat(unfinished).doesNotExist();
  }
}
