package io.slablab.coordinator.plan;

import io.slablab.suites.spec.Design;
import io.slablab.suites.spec.Durations;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.VariantSpec;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/** A plan for people: what would run where, and for how long. */
public final class PlanText {
  /** Below, the statistics give no interval. */
  private static final int FEWEST_BLOCKS = 5;

  private PlanText() {}

  /** Lines without colour, each ended by a line feed. */
  public static String render(Plan plan) {
    Suite suite = plan.suite();
    StringBuilder text = new StringBuilder();
    text.append("suite      ").append(suite.name()).append(", seed ").append(plan.seed());
    text.append("\nvariants   ").append(variants(suite));
    text.append("\ntrial      ").append(times(suite));
    text.append("\nblocks     ").append(suite.design().minBlocks()).append(" per cell");
    text.append(beyond(suite));
    text.append('\n');
    if (suite.design().minBlocks() < FEWEST_BLOCKS) {
      text.append("           too few for an interval or a verdict: ")
          .append(FEWEST_BLOCKS)
          .append(" are the least\n");
    }
    if (suite.design().nullCells()) {
      text.append("null cells the baseline runs twice per block, as ")
          .append(suite.twin())
          .append(" too: what the lab's noise alone looks like\n");
    }
    plan.hosts().forEach(host -> host(text, host));
    text.append('\n')
        .append(count(plan.trialCount(), "trial"))
        .append(" on ")
        .append(count(plan.hosts().size(), "host"))
        .append(suite.design().adaptive() ? " at least, about " : ", about ")
        .append(length(plan.etaSeconds()))
        .append('\n');
    return text.toString();
  }

  /** What a cell may get beyond its fewest blocks. */
  private static String beyond(Suite suite) {
    Design design = suite.design();
    if (!design.adaptive()) {
      return design.maxBlocks() > design.minBlocks()
          ? ": the least number, as no target says when more are needed"
          : "";
    }
    String budget =
        design.budgetNs() > 0 ? " or " + Durations.text(design.budgetNs()) + " are spent" : "";
    return ", then one by one up to %d until %s is known to +-%s%%%s"
        .formatted(
            design.maxBlocks(),
            suite.decisive().id(),
            BigDecimal.valueOf(design.target())
                .movePointRight(2)
                .stripTrailingZeros()
                .toPlainString(),
            budget);
  }

  private static void host(StringBuilder text, Plan.HostPlan host) {
    text.append('\n')
        .append("host ")
        .append(host.host())
        .append(": ")
        .append(count(host.cells().size(), "cell"))
        .append(", ")
        .append(count(host.trials().size(), "trial"))
        .append('\n');
    int width = host.cells().stream().mapToInt(cell -> cell.id().length()).max().orElse(0);
    for (PlannedCell cell : host.cells()) {
      text.append("  ")
          .append(cell.id())
          .append(" ".repeat(width - cell.id().length()))
          .append("  CPUs ")
          .append(cell.placement().cpus())
          .append(cell.isNull() ? ", null cell" : "")
          .append('\n');
      cell.placement().notes().forEach(note -> text.append("    note: ").append(note).append('\n'));
    }
  }

  private static String variants(Suite suite) {
    List<String> names = suite.variants().stream().map(PlanText::variant).toList();
    return String.join(", ", names) + " (compared with " + suite.baseline() + ")";
  }

  private static String variant(VariantSpec variant) {
    String design = variant.id().equals(variant.design()) ? "" : " = " + variant.design();
    String options =
        variant.options().params().entrySet().stream()
            .map(option -> " " + option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining());
    return variant.id() + design + (variant.faithful() ? " with its defects" : "") + options;
  }

  private static String times(Suite suite) {
    return List.of(
            "warm-up " + Durations.text(suite.trial().warmupNs()),
            "measured " + Durations.text(suite.trial().measureNs()),
            "interval " + Durations.text(suite.trial().intervalNs()))
        .stream()
        .collect(Collectors.joining(", "));
  }

  private static String count(int n, String thing) {
    return n + " " + thing + (n == 1 ? "" : "s");
  }

  /** Rounded up to seconds. */
  public static String length(double seconds) {
    long whole = (long) Math.ceil(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
