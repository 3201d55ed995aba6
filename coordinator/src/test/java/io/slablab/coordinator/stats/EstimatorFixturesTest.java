package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden values of estimates and intervals (distributions, quantiles, t, Welch, Fieller, pooling,
 * bootstrap).
 */
class EstimatorFixturesTest {
  static Stream<Fixture> distributions() {
    return Fixture.cases("distributions");
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void distribution(Fixture c) {
    double[] a = c.numbers("args");
    double actual =
        switch (c.get("fn").asText()) {
          case "norm_cdf" -> Distributions.normalCdf(a[0]);
          case "norm_quantile" -> Distributions.normalQuantile(a[0]);
          case "t_cdf" -> Distributions.studentCdf(a[0], a[1]);
          case "t_quantile" -> Distributions.studentQuantile(a[0], a[1]);
          case "binom_cdf" -> Distributions.binomialCdf((int) a[0], (int) a[1], a[2]);
          case "f_sf" -> Distributions.fSurvival(a[0], a[1], a[2]);
          case "beta_inc_regularized" -> Distributions.regularizedBeta(a[0], a[1], a[2]);
          default -> throw new AssertionError(c.name());
        };
    c.close("value", actual, c.number("expected"));
    if (Math.abs(c.number("expected")) > 1e-90) {
      assertThat(actual / c.number("expected")).as("relative").isBetween(1 - 1e-9, 1 + 1e-9);
    }
  }

  static Stream<Fixture> quantiles() {
    return Fixture.cases("quantiles");
  }

  @ParameterizedTest
  @MethodSource("quantiles")
  void quantile(Fixture c) {
    double[] x = c.numbers("x");
    double[] p = c.numbers("p");
    for (int i = 0; i < p.length; i++) {
      c.close("type 7 at " + p[i], Quantiles.type7(x, p[i]), c.get("type7").get(i).asDouble());
      c.close("type 1 at " + p[i], Quantiles.type1(x, p[i]), c.get("type1").get(i).asDouble());
    }
    if (c.inputs().has("hd_p")) {
      double[] q = c.numbers("hd_p");
      for (int i = 0; i < q.length; i++) {
        double expected = c.get("harrell_davis").get(i).asDouble();
        c.close("Harrell-Davis at " + q[i], Quantiles.harrellDavis(x, q[i]), expected);
      }
    }
  }

  static Stream<Fixture> pairedLogRatio() {
    return Fixture.cases("paired-log-ratio");
  }

  @ParameterizedTest
  @MethodSource("pairedLogRatio")
  void paired(Fixture c) {
    JsonNode expected = c.get("paired");
    double[] d = Samples.logRatios(c.numbers("base"), c.numbers("treat"));
    PairedT t = PairedT.of(d, c.number("level"));
    assertThat(t.n()).isEqualTo(expected.get("n").asInt());
    assertThat(t.df()).isEqualTo(expected.get("df").asInt());
    c.close(expected, "mean_log", t.mean());
    c.close(expected, "sd_log", t.sd());
    c.close(expected, "se_log", t.se());
    c.close(expected, "gain", t.gain());
    c.close(expected, "ci_low", t.gainLow());
    c.close(expected, "ci_high", t.gainHigh());
    c.close(expected, "half_width_log", t.halfWidth());
    c.close(expected, "t", t.mean() / t.se());
    c.close(expected, "p_two_sided", t.pValue());
  }

  @ParameterizedTest
  @MethodSource("pairedLogRatio")
  void welch(Fixture c) {
    JsonNode expected = c.get("welch");
    double[] base = logs(c.numbers("base"));
    double[] treat = logs(c.numbers("treat"));
    Welch w = Welch.of(base, treat, c.number("level"));
    c.close(expected, "mean_log", w.difference());
    c.close(expected, "se_log", w.se());
    c.close(expected, "df", w.df());
    c.close(expected, "gain", Math.expm1(w.difference()));
    c.close(expected, "ci_low", Math.expm1(w.low()));
    c.close(expected, "ci_high", Math.expm1(w.high()));
    c.close(expected, "p_two_sided", w.pValue());
  }

  private static double[] logs(double[] x) {
    return java.util.Arrays.stream(x).map(Math::log).toArray();
  }

  static Stream<Fixture> fieller() {
    return Fixture.cases("fieller");
  }

  @ParameterizedTest
  @MethodSource("fieller")
  void ratioOfMeans(Fixture c) {
    JsonNode expected = c.get("expected");
    double[] base = c.numbers("base");
    double[] treat = c.numbers("treat");
    double level = c.number("level");
    Fieller f =
        c.get("paired").asBoolean()
            ? Fieller.paired(base, treat, level)
            : Fieller.independent(base, treat, level);
    c.close(expected, "ratio", f.ratio());
    c.close(expected, "gain", f.gain());
    c.close(expected, "g", f.g());
    c.close(expected, "df", f.df());
    c.close(expected, "t_crit", f.critical());
    assertThat(f.shape().name()).isEqualToIgnoringCase(expected.get("shape").asText());
    switch (f.shape()) {
      case BOUNDED -> {
        c.close(expected, "ci_low", f.low());
        c.close(expected, "ci_high", f.high());
      }
      case EXCLUSIVE -> {
        c.close(expected, "excluded_low", f.low());
        c.close(expected, "excluded_high", f.high());
      }
      case ALL -> assertThat(f.low()).isNaN();
    }
  }

  static Stream<Fixture> aggregate() {
    return Fixture.cases("aggregate");
  }

  @ParameterizedTest
  @MethodSource("aggregate")
  void pooled(Fixture c) {
    List<double[]> cells = c.rows("d");
    pooled(c, Pooled.fixed(cells, c.number("level")), c.get("fixed"));
    pooled(c, Pooled.population(cells, c.number("level")), c.get("random"));
  }

  private static void pooled(Fixture c, Pooled actual, JsonNode expected) {
    c.close(expected, "mean_log", actual.mean());
    c.close(expected, "df", actual.df());
    c.close(expected, "gain", actual.gain());
    c.close(expected, "ci_low", actual.gainLow());
    c.close(expected, "ci_high", actual.gainHigh());
  }

  static Stream<Fixture> blockBootstrap() {
    return Fixture.cases("bootstrap", "block");
  }

  @ParameterizedTest
  @MethodSource("blockBootstrap")
  void bootstrap(Fixture c) {
    double[] d = c.numbers("d");
    long seed = c.get("seed").asLong();
    String label = c.get("label").asText();
    Streams first = Streams.of(seed, label);
    c.get("first_resample")
        .forEach(index -> assertThat(first.bounded(d.length)).isEqualTo(index.asInt()));

    Bootstrap b =
        Bootstrap.blocks(d, Streams.of(seed, label), c.get("B").asInt(), c.number("level"));
    JsonNode expected = c.get("expected");
    c.close(expected, "mean_log", b.mean());
    c.close(expected, "percentile", b.percentile());
    c.close(expected, "expanded_alpha", b.expandedAlpha());
    c.close(expected, "expanded", b.expanded());
    c.close(expected, "z0", b.z0());
    c.close(expected, "acceleration", b.acceleration());
    c.close(expected, "bca", b.bca());
    assertThat(b.skipped()).isEqualTo(expected.get("skipped").asInt());
    c.close(expected, "bootstrap_t", b.bootstrapT());
    if (c.inputs().has("ideal_percentile")) {
      double tolerance = c.number("ideal_tolerance_abs");
      double[] ideal = c.numbers("ideal_percentile");
      assertThat(b.percentile().low()).isBetween(ideal[0] - tolerance, ideal[0] + tolerance);
      assertThat(b.percentile().high()).isBetween(ideal[1] - tolerance, ideal[1] + tolerance);
    }
  }

  static Stream<Fixture> hierarchical() {
    return Fixture.cases("bootstrap").filter(c -> !c.get("kind").asText().equals("block"));
  }

  @ParameterizedTest
  @MethodSource("hierarchical")
  void hierarchicalBootstrap(Fixture c) {
    HierarchicalBootstrap h =
        HierarchicalBootstrap.of(
            c.table("base"),
            c.table("treat"),
            Streams.of(c.get("seed").asLong(), c.get("label").asText()),
            c.get("B").asInt(),
            c.number("level"),
            c.get("two_level").asBoolean());
    JsonNode expected = c.get("expected");
    c.close(expected, "percentile", h.percentile());
    c.close(expected, "expanded", h.expanded());
    c.close(expected, "mean", h.mean());
    c.close(expected, "sd", h.sd());
  }
}
