package io.slablab.coordinator.verdict;

import io.slablab.coordinator.stats.MarginTests;
import io.slablab.coordinator.stats.Multiplicity;
import java.util.ArrayList;
import java.util.List;

/**
 * The verdicts of one family: all (cell x treatment) hypotheses of one metric in one campaign.
 * Stateless.
 */
public final class Decisions {
  private Decisions() {}

  /**
   * What one comparison brings to its family.
   *
   * @param tests against the margins
   * @param benefit on the log scale, positive is better
   */
  public record Evidence(MarginTests tests, double benefit) {
    /** A comparison without an interval: it stays in the family and claims nothing. */
    public static final Evidence NONE = new Evidence(new MarginTests(1, 1, 1, 1), 0);
  }

  /**
   * @param pAdjusted Benjamini-Hochberg value of the directional p
   * @param significant whether the family's rate allows to call a direction
   */
  public record Decision(Verdict verdict, double pAdjusted, boolean significant) {}

  /** One decision per piece of evidence, in the same order. */
  public static List<Decision> decide(List<Evidence> family, Settings settings) {
    double[] p = family.stream().mapToDouble(e -> e.tests().pDirectional()).toArray();
    double[] adjusted = Multiplicity.benjaminiHochberg(p);
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      boolean significant = adjusted[i] <= settings.q();
      Verdict verdict = verdict(family.get(i), significant, settings);
      decisions.add(new Decision(verdict, adjusted[i], significant));
    }
    return decisions;
  }

  private static Verdict verdict(Evidence evidence, boolean significant, Settings settings) {
    double benefit = evidence.benefit();
    if (significant && Math.abs(benefit) >= MarginTests.margin(settings.minEffect())) {
      return benefit > 0 ? Verdict.BETTER : Verdict.WORSE;
    }
    boolean equivalent = evidence.tests().pEquivalent() <= 1 - settings.confidence();
    return equivalent ? Verdict.EQUIVALENT : Verdict.INCONCLUSIVE;
  }
}
