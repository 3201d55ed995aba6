package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.report.TextTable;
import io.slablab.coordinator.verdict.GainsFiles;

/** What the output goes to. */
final class Terminal {
  private static final int WIDEST = 160;

  private Terminal() {}

  /** Standard input and output are a person's terminal. */
  static boolean attached() {
    return System.console() != null && System.console().isTerminal();
  }

  static boolean colour() {
    return attached() && System.getenv("NO_COLOR") == null;
  }

  /** The terminal's width where the shell tells it, within reason. */
  static int columns() {
    String columns = System.getenv("COLUMNS");
    if (columns == null || !columns.matches("\\d{2,4}")) {
      return TextTable.WIDTH;
    }
    return Math.clamp(Integer.parseInt(columns), TextTable.WIDTH, WIDEST);
  }

  static String gainsJson(RunView run) {
    return GainsFiles.gainsJson(run.gains());
  }
}
