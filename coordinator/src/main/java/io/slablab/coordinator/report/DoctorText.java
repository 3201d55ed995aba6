package io.slablab.coordinator.report;

import io.slablab.coordinator.plan.ToldConditions;
import io.slablab.coordinator.plan.ToldConditions.Finding;
import java.util.List;

/** What will make a host noisy, as people read it: noise first, each with what would do. */
public final class DoctorText {
  private static final String DETAIL = "    ";

  private DoctorText() {}

  /** Lines that end with a newline each. */
  public static String render(String host, ToldConditions told, boolean colour) {
    List<Finding> noisy = told.findings().stream().filter(Finding::noisy).toList();
    List<Finding> ok = told.findings().stream().filter(Finding::ok).toList();
    List<Finding> unknown =
        told.findings().stream().filter(one -> !one.noisy() && !one.ok()).toList();
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %d of %d checks find noise, %d cannot be told; comparability key %s%n"
            .formatted(host, noisy.size(), told.findings().size(), unknown.size(), told.hostKey()));
    for (Finding one : noisy) {
      text.append(line(one, TextGrid.Style.BAD, colour));
      text.append(DETAIL).append(one.why()).append('\n');
      text.append(DETAIL).append("fix: ").append(one.fix()).append('\n');
    }
    unknown.forEach(one -> text.append(line(one, TextGrid.Style.OPEN, colour)));
    ok.forEach(one -> text.append(line(one, TextGrid.Style.PLAIN, colour)));
    return text.toString();
  }

  private static String line(Finding one, TextGrid.Style style, boolean colour) {
    String verdict = style.paint("%-7s".formatted(one.verdict()), colour);
    return "%s  %-14s  %s%n".formatted(verdict, one.check(), one.found());
  }
}
