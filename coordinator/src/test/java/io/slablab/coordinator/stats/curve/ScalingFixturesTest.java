package io.slablab.coordinator.stats.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.coordinator.stats.Fixture;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden values of scaling fits; small numbers are held to the tolerance of their own size. */
class ScalingFixturesTest {
  private static final double RELATIVE = 1e-5;

  static Stream<Fixture> scaling() {
    return Fixture.cases("scaling");
  }

  @ParameterizedTest
  @MethodSource("scaling")
  void curves(Fixture c) {
    JsonNode expected = c.get("expected");
    ScalingCurve curve = fit(c);
    assertThat(curve.law().name()).isEqualToIgnoringCase(expected.get("model").asText());
    assertThat(curve.df()).isEqualTo(expected.get("df").asInt());
    own(expected, "rss", curve.rss());
    own(expected, "resid_sd", curve.residualSd());
    own(expected, "lambda", curve.lambda().value());
    interval(expected, "lambda_ci", curve.lambda());
    coefficient(expected, "sigma", curve.sigma(), curve.law().hasSigma());
    coefficient(expected, "kappa", curve.kappa(), curve.law().hasKappa());
  }

  @ParameterizedTest
  @MethodSource("scaling")
  void kneesAndNestedTests(Fixture c) {
    JsonNode expected = c.get("expected");
    ScalingCurve curve = fit(c);
    assertThat(curve.knee().isPresent()).isEqualTo(expected.has("n_max"));
    curve
        .knee()
        .ifPresent(knee -> {
          own(expected, "n_max", knee.cores().value());
          interval(expected, "n_max_ci", knee.cores());
          own(expected, "x_max", knee.throughput());
        });
    assertThat(curve.againstAmdahl().isPresent()).isEqualTo(expected.has("amdahl_sigma"));
    curve
        .againstAmdahl()
        .ifPresent(test -> {
          own(expected, "amdahl_sigma", test.sigma());
          own(expected, "amdahl_rss", test.rss());
          own(expected, "F_usl_vs_amdahl", test.f());
          own(expected, "p_usl_vs_amdahl", test.pValue());
        });
  }

  private static ScalingCurve fit(Fixture c) {
    int[] cores = Arrays.stream(c.numbers("N")).mapToInt(n -> (int) n).toArray();
    ScalingFit fit = ScalingFit.of(cores, c.numbers("X"), c.number("level"));
    assertThat(fit).isInstanceOf(ScalingCurve.class);
    return (ScalingCurve) fit;
  }

  private static void coefficient(JsonNode expected, String name, Estimate estimate, boolean free) {
    assertThat(expected.has(name + "_se")).isEqualTo(free);
    if (free) {
      own(expected, name, estimate.value());
      own(expected, name + "_se", estimate.se());
      interval(expected, name + "_ci", estimate);
    } else {
      assertThat(estimate).isEqualTo(Estimate.HELD);
      assertThat(expected.get(name).asDouble()).isZero();
    }
  }

  private static void interval(JsonNode expected, String field, Estimate actual) {
    double low = expected.get(field).get(0).asDouble();
    double high = expected.get(field).get(1).asDouble();
    double tolerance = RELATIVE * Math.max(Math.abs(low), Math.abs(high));
    assertThat(actual.low()).as(field).isCloseTo(low, within(tolerance));
    assertThat(actual.high()).as(field).isCloseTo(high, within(tolerance));
  }

  private static void own(JsonNode expected, String field, double actual) {
    double value = expected.get(field).asDouble();
    assertThat(actual).as(field).isCloseTo(value, within(RELATIVE * Math.abs(value)));
  }
}
