package io.slablab.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What became of each fault, measured; a table of Markdown. Threads: one. */
final class FaultTable {

  /**
   * @param outcome exit codes, counts and the words the user was told
   * @param detected from the fault to its first word in the journal or in the log; empty where
   *     there is nothing to say
   */
  record Row(String fault, String outcome, int lost, int doubled, Optional<Duration> detected) {

    private String text() {
      String seconds =
          detected
              .map(after -> String.format(Locale.ROOT, "%.1f", after.toMillis() / 1000.0))
              .orElse("not noticed");
      return "| %s | %s | %d | %d | %s |"
          .formatted(fault, outcome.replace("|", "\\|"), lost, doubled, seconds);
    }
  }

  private final List<String> rows = new ArrayList<>();

  void add(Row row) {
    rows.add(row.text());
  }

  /** A row whose test failed. */
  void addFailed(String fault, String why) {
    String line = why.strip().lines().findFirst().orElse("");
    rows.add("| %s | NOT AS IT SHOULD BE: %s | | | |".formatted(fault, line.replace("|", "\\|")));
  }

  void write(Path file) throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "| fault | outcome | lost | doubled | seconds to detect |",
                "|---|---|---:|---:|---:|"));
    lines.addAll(rows);
    String text = String.join("\n", lines) + "\n";
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text);
    System.err.print(text);
  }
}
