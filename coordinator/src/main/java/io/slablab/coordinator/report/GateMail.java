package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.gate.GateReport;

/** A gate as plain text of at most {@value #WIDTH} columns, to be pasted into a patch mail. */
public final class GateMail {
  static final int WIDTH = 78;

  private GateMail() {}

  /** ASCII: what a name holds beyond it is a question mark. */
  public static String render(GateReport report) {
    return String.join("\n", GateText.plain(report, WIDTH)).replaceAll("[^\\x20-\\x7E\\n]", "?")
        + "\n";
  }
}
