package io.slablab.coordinator.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code show} prints: the table, and where the files are. */
public final class ShowText {
  private static final List<String> FILES =
      List.of(
          "report.html", "report.md", "gains.json", "gains.csv", "verdict.json", "journal.jsonl");

  private ShowText() {}

  /** As {@link TextTable#render}, then the run's files that are there. */
  public static String render(RunView run, int width, boolean colour) {
    StringBuilder text = new StringBuilder(TextTable.render(run, width, colour));
    long done = run.trials().stream().filter(TrialView::done).count();
    text.append("\nRun ").append(run.gains().campaign());
    if (run.label() != null) {
      text.append(" (").append(run.label()).append(')');
    }
    if (!run.startedAt().isEmpty()) {
      text.append(", started ").append(run.startedAt());
    }
    text.append(": ").append(done).append(done == 1 ? " trial done" : " trials done");
    long failed = run.trials().size() - done;
    text.append(failed == 0 ? "\n" : ", " + failed + " failed\n");
    for (String name : FILES) {
      Path file = run.root().resolve(name);
      if (Files.exists(file)) {
        text.append("  ").append(file).append('\n');
      }
    }
    return text.append("  ").append(run.root().resolve("trials")).append('\n').toString();
  }
}
