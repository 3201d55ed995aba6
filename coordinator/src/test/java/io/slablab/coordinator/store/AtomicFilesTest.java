package io.slablab.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void replacesAFileWhole() throws IOException {
    Path file = folder.resolve("a.json");
    AtomicFiles.write(file, "old");
    AtomicFiles.write(file, "new");
    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("a.json");
  }

  @Test
  void whatCannotBeFinishedLeavesNothing() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("a.json").resolve("inside"));
    assertThatThrownBy(() -> AtomicFiles.write(taken.resolveSibling(""), "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.json");
    assertThat(names()).containsExactly("a.json");
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
