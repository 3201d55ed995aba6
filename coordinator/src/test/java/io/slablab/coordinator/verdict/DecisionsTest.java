package io.slablab.coordinator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.coordinator.stats.Fixture;
import io.slablab.coordinator.stats.MarginTests;
import io.slablab.coordinator.stats.PairedT;
import io.slablab.coordinator.verdict.Decisions.Decision;
import io.slablab.coordinator.verdict.Decisions.Evidence;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecisionsTest {
  private static final Map<String, Verdict> WORDS =
      Map.of(
          "IMPROVEMENT", Verdict.BETTER,
          "REGRESSION", Verdict.WORSE,
          "NO_CHANGE", Verdict.EQUIVALENT,
          "INCONCLUSIVE", Verdict.INCONCLUSIVE);

  @Test
  void decidesTheReferenceFamily() {
    Fixture family =
        Fixture.cases("decisions")
            .filter(c -> c.name().equals("family-24"))
            .findFirst()
            .orElseThrow();
    Settings settings = Settings.defaults();
    List<Evidence> evidence =
        family.rows("b").stream().map(b -> evidence(PairedT.of(b, 0.95), settings)).toList();
    List<Decision> decisions = Decisions.decide(evidence, settings);
    for (int i = 0; i < decisions.size(); i++) {
      JsonNode expected = family.get("expected").get(i);
      family.close(expected, "mean_log", evidence.get(i).benefit());
      family.close(expected, "p_reg", evidence.get(i).tests().pRegression());
      family.close(expected, "p_imp", evidence.get(i).tests().pImprovement());
      family.close(expected, "p_ni", evidence.get(i).tests().pNonInferior());
      family.close(expected, "p_eq", evidence.get(i).tests().pEquivalent());
      family.close(expected, "p_dir", evidence.get(i).tests().pDirectional());
      family.close(expected, "p_dir_bh", decisions.get(i).pAdjusted());
      assertThat(decisions.get(i).verdict()).isEqualTo(WORDS.get(expected.get("verdict").asText()));
    }
  }

  private static Evidence evidence(PairedT t, Settings settings) {
    return new Evidence(
        MarginTests.of(t.mean(), t.se(), t.df(), settings.negligible(), settings.equivalence()),
        t.mean());
  }

  @Test
  void claimsNothingWithoutEvidence() {
    Decision decision = Decisions.decide(List.of(Evidence.NONE), Settings.defaults()).getFirst();
    assertThat(decision.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(decision.pAdjusted()).isEqualTo(1);
  }

  @Test
  void significantButTinyIsEquivalent() {
    MarginTests tests = MarginTests.of(0.008, 0.0001, 9, 0.005, 0.02);
    Decision decision =
        Decisions.decide(List.of(new Evidence(tests, 0.008)), Settings.defaults()).getFirst();
    assertThat(decision.significant()).isTrue();
    assertThat(decision.verdict()).isEqualTo(Verdict.EQUIVALENT);
  }
}
