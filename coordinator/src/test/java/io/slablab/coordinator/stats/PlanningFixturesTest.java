package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden values of warm-up, variance components, stopping, power, multiplicity, margins and flags.
 */
class PlanningFixturesTest {
  private static final double DRIFT_TOLERANCE = 0.005;

  static Stream<Fixture> warmup() {
    return Fixture.cases("warmup");
  }

  @ParameterizedTest
  @MethodSource("warmup")
  void warmup(Fixture c) {
    List<double[]> base = c.rows("base");
    List<double[]> treat = c.rows("treat");
    JsonNode expected = c.get("expected");
    double[] firstLogs = Arrays.stream(base.getFirst()).map(Math::log).toArray();
    truncation(c, Warmup.mser(firstLogs, 5), expected.get("mser5_single"));
    truncation(c, Warmup.mser(firstLogs, 1), expected.get("mser1_single"));
    double[] profile = Warmup.profile(base);
    c.close(expected, "profile_base", profile);
    truncation(c, Warmup.mser(profile, 5), expected.get("mser5_profile_base"));
    Warmup.Cut cut = Warmup.cut(List.of(base, treat));
    assertThat(cut.drop()).isEqualTo(expected.get("drop").get("drop").asInt());
    assertThat(cut.capped()).isEqualTo(expected.get("drop").get("capped").asBoolean());
    assertThat(cut.perVariant().stream().mapToDouble(d -> d).toArray())
        .isEqualTo(Fixture.numbers(expected.get("drop").get("per_variant")));
    drift(c, kept(base, cut), expected.get("drift_base"), expected.get("steady_base").asText());
    drift(c, kept(treat, cut), expected.get("drift_treat"), expected.get("steady_treat").asText());
  }

  /** The lag-1 value of the fixtures is of the first trial of the baseline after the cut. */
  @ParameterizedTest
  @MethodSource("warmup")
  void lag1(Fixture c) {
    List<double[]> base = c.rows("base");
    Warmup.Cut cut = Warmup.cut(List.of(base, c.rows("treat")));
    c.close(c.get("expected"), "lag1_first", Warmup.lag1(kept(base, cut).getFirst()));
  }

  private static void truncation(Fixture c, Warmup.Truncation actual, JsonNode expected) {
    assertThat(actual.drop()).isEqualTo(expected.get("drop").asInt());
    assertThat(actual.batch()).isEqualTo(expected.get("batch_index").asInt());
    assertThat(actual.capped()).isEqualTo(expected.get("capped").asBoolean());
    c.close(expected, "score", actual.score());
  }

  private static void drift(Fixture c, List<double[]> kept, JsonNode expected, String steady) {
    Warmup.Drift drift = Warmup.drift(kept, 0.95);
    c.close(expected, "drift", drift.drift());
    c.close(expected, "ci_low", drift.low());
    c.close(expected, "ci_high", drift.high());
    assertThat(drift.beyond(DRIFT_TOLERANCE)).isEqualTo(steady.equals("NOT_STEADY"));
  }

  private static List<double[]> kept(List<double[]> trials, Warmup.Cut cut) {
    return trials.stream().map(t -> Arrays.copyOfRange(t, cut.drop(), t.length)).toList();
  }

  static Stream<Fixture> varianceComponents() {
    return Fixture.cases("variance-components");
  }

  @ParameterizedTest
  @MethodSource("varianceComponents")
  void varianceComponents(Fixture c) {
    VarianceComponents v = VarianceComponents.of(c.table("data"));
    JsonNode expected = c.get("expected");
    c.close(expected, "S1", v.s1());
    c.close(expected, "S2", v.s2());
    c.close(expected, "T2", v.t2());
    JsonNode optimal = expected.get("optimal_iterations");
    assertThat(v.optimalIterations(c.number("c1"), c.number("c2")))
        .isEqualTo(optimal.isNull() ? OptionalInt.empty() : OptionalInt.of(optimal.asInt()));
    assertThat(v.plannedIterations(c.number("c1"), c.number("c2"))).isBetween(10, 200);
  }

  static Stream<Fixture> stopping() {
    return Fixture.cases("stopping");
  }

  @ParameterizedTest
  @MethodSource("stopping")
  void stopping(Fixture c) {
    StopRule rule =
        new StopRule(
            c.number("rel"),
            c.get("n_min").asInt(),
            c.get("step").asInt(),
            c.get("consecutive").asInt(),
            c.get("n_max").asInt(),
            c.number("inflation"));
    assertThat(rule).isEqualTo(StopRule.of(0.01, 8, 40));
    StopRule.Decision decision = rule.decide(c.numbers("d"));
    JsonNode expected = c.get("expected");
    assertThat(decision.blocks()).isEqualTo(expected.get("n").asInt());
    assertThat(decision.reason().name()).isEqualToIgnoringCase(expected.get("reason").asText());
    c.close(expected, "half_width_log", decision.halfWidth());
    double[] early = Arrays.copyOf(c.numbers("d"), 8);
    assertThat(rule.decide(early).reason()).isEqualTo(StopRule.Reason.CONTINUE);
  }

  static Stream<Fixture> power() {
    return Fixture.cases("power-mde");
  }

  @ParameterizedTest
  @MethodSource("power")
  void power(Fixture c) {
    double sd = c.number("sd");
    switch (c.inputs().path("kind").asText()) {
      case "confirm_blocks" ->
          assertThat(GateSizes.confirmBlocks(sd, c.get("flagged").asInt()))
              .isEqualTo(c.get("expected").asInt());
      case "screen_blocks" ->
          assertThat(GateSizes.screenBlocks(sd)).isEqualTo(c.get("expected").asInt());
      default -> detectable(c, sd);
    }
  }

  private static void detectable(Fixture c, double sd) {
    int n = c.get("n").asInt();
    double alpha = c.number("alpha");
    double power = c.number("power");
    JsonNode expected = c.get("expected");
    double mde = Power.detectable(sd, n, alpha, power);
    c.close(expected, "mde_log", mde);
    assertThat(mde / expected.get("mde_log").asDouble()).isBetween(1 - 1e-6, 1 + 1e-6);
    c.close(expected, "mde_percent_loss", -100 * Math.expm1(-mde));
    double quick = Power.detectableApproximately(sd, n, alpha, power);
    assertThat(quick / expected.get("mde_log_approx").asDouble()).isBetween(1 - 1e-9, 1 + 1e-9);
    double effect = MarginTests.margin(0.03);
    c.close(expected, "power_at_3pct", Power.power(effect, sd, n, alpha));
  }

  static Stream<Fixture> multiplicity() {
    return Fixture.cases("multiplicity");
  }

  @ParameterizedTest
  @MethodSource("multiplicity")
  void multiplicity(Fixture c) {
    double[] p = c.numbers("p");
    JsonNode expected = c.get("expected");
    double[] bh = Multiplicity.benjaminiHochberg(p);
    c.close(expected, "bh", bh);
    c.close(expected, "by", Multiplicity.benjaminiYekutieli(p));
    c.close(expected, "holm", Multiplicity.holm(p));
    for (JsonNode index : expected.get("bh_rejected_at_005")) {
      assertThat(bh[index.asInt()]).isLessThanOrEqualTo(0.05);
    }
    int rejected = Multiplicity.rejected(bh, 0.05);
    assertThat(rejected).isEqualTo(expected.get("bh_rejected_at_005").size());
    var level = Multiplicity.selectedConfidence(rejected, p.length, c.number("q"));
    assertThat(level.isPresent()).isEqualTo(!expected.get("fcr_marginal_level").isNull());
    level.ifPresent(l -> c.close(expected, "fcr_marginal_level", l));
  }

  static Stream<Fixture> margins() {
    return Fixture.cases("decisions", "pvalues");
  }

  @ParameterizedTest
  @MethodSource("margins")
  void margins(Fixture c) {
    PairedT t = PairedT.of(c.numbers("b"), 0.95);
    MarginTests tests =
        MarginTests.of(t.mean(), t.se(), t.df(), c.number("delta0"), c.number("delta_eq"));
    JsonNode expected = c.get("expected");
    c.close(expected, "p_reg", tests.pRegression());
    c.close(expected, "p_imp", tests.pImprovement());
    c.close(expected, "p_ni", tests.pNonInferior());
    c.close(expected, "p_eq", tests.pEquivalent());
  }

  static Stream<Fixture> outliers() {
    return Fixture.cases("outliers");
  }

  @ParameterizedTest
  @MethodSource("outliers")
  void outliers(Fixture c) {
    double[] d = c.numbers("d");
    c.close(c.inputs(), "modified_z", Outliers.modifiedZ(d));
    double[] flagged = Arrays.stream(Outliers.blocks(d)).asDoubleStream().toArray();
    assertThat(flagged).isEqualTo(Fixture.numbers(c.get("flagged")));
  }
}
