package io.slablab.coordinator.schedule;

import org.jspecify.annotations.Nullable;

/** Text of another machine, fit for a terminal and a journal. */
final class OneLine {
  private static final int MOST = 500;

  private OneLine() {}

  /** Its first line, without control characters, at most {@value #MOST} characters. */
  static String of(@Nullable String text) {
    String line = text == null ? "" : text.lines().findFirst().orElse("");
    String clean = line.replaceAll("\\p{Cntrl}", " ").strip();
    return clean.length() <= MOST ? clean : clean.substring(0, MOST);
  }
}
