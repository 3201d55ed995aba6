package io.slablab.coordinator.report;

import org.jspecify.annotations.Nullable;

/** Text of a file or database that others write, fit for a terminal. */
final class Printable {
  private Printable() {}

  /** On one line, without control characters; empty for none. */
  static String of(@Nullable String text) {
    return text == null ? "" : text.replaceAll("\\p{Cntrl}", " ").strip();
  }
}
