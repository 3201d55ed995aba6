package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.TextTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the output goes to. The launcher tells by properties which streams are a person's terminal
 * and how wide it is, for the JVM cannot ask for one stream alone; without them there is none.
 */
final class Terminal {
  private static final int NARROWEST = 40;
  private static final int WIDEST = 240;

  private static final List<String> STREAMS =
      List.of(System.getProperty("slablab.terminal", "").split(","));

  private Terminal() {}

  /** Standard error can rewrite a line. */
  static boolean rewrites() {
    return STREAMS.contains("err") && !"dumb".equals(System.getenv("TERM"));
  }

  /** Standard output takes colours; no-color.org's rule. */
  static boolean colour() {
    return STREAMS.contains("out")
        && !"dumb".equals(System.getenv("TERM"))
        && (System.getenv("NO_COLOR") == null || System.getenv("NO_COLOR").isEmpty());
  }

  /** The width that a table on standard output may fill. */
  static int columns() {
    return columns(STREAMS.contains("out"), TextTable.WIDTH);
  }

  /** The width of the line that progress rewrites. */
  static int progressColumns() {
    return columns(STREAMS.contains("err"), NARROWEST);
  }

  private static int columns(boolean terminal, int otherwise) {
    String told = terminal ? System.getProperty("slablab.columns") : null;
    return columns(System.getenv("COLUMNS"), told, otherwise);
  }

  /** What a user asks for before what a terminal has, both within reason. */
  static int columns(@Nullable String asked, @Nullable String told, int otherwise) {
    for (String columns : new @Nullable String[] {asked, told}) {
      if (columns != null && columns.matches("[1-9]\\d{0,3}")) {
        return Math.clamp(Integer.parseInt(columns), NARROWEST, WIDEST);
      }
    }
    return otherwise;
  }
}
