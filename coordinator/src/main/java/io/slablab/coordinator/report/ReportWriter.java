package io.slablab.coordinator.report;

import io.slablab.coordinator.history.History;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Writes reports into the run directory; an older report of the same name is replaced whole. */
public final class ReportWriter {

  private ReportWriter() {}

  /** Writes report.html. */
  public static Path html(RunView run) throws IOException {
    return write(run, "report.html", HtmlReport.render(run));
  }

  /** Writes report.html with a trend from the history. */
  public static Path html(RunView run, History history) throws IOException {
    return write(run, "report.html", HtmlReport.render(run, TrendSection.render(history)));
  }

  /** Writes report.md. */
  public static Path markdown(RunView run) throws IOException {
    return write(run, "report.md", MarkdownReport.render(run));
  }

  private static Path write(RunView run, String name, String text) throws IOException {
    Path file = run.root().resolve(name);
    AtomicFiles.write(file, text);
    return file;
  }
}
