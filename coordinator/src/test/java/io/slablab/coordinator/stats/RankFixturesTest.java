package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden values of the rank methods. */
class RankFixturesTest {
  static Stream<Fixture> mannWhitney() {
    return Fixture.cases("mann-whitney");
  }

  @ParameterizedTest
  @MethodSource("mannWhitney")
  void mannWhitney(Fixture c) {
    double[] x = c.numbers("x");
    double[] y = c.numbers("y");
    JsonNode expected = c.get("expected");
    RankTest exact = MannWhitney.exact(x, y);
    c.close(expected, "U", exact.statistic());
    c.close(expected, "U_other", x.length * y.length - exact.statistic());
    c.close(expected, "p_exact_two_sided", exact.pTwoSided());
    c.close(expected, "p_exact_less", exact.pLess());
    c.close(expected, "p_exact_greater", exact.pGreater());
    RankTest asymptotic = MannWhitney.asymptotic(x, y);
    c.close(expected, "p_asym_two_sided", asymptotic.pTwoSided());
    c.close(expected, "p_asym_less", asymptotic.pLess());
    c.close(expected, "p_asym_greater", asymptotic.pGreater());
    assertThat(MannWhitney.test(x, y)).isEqualTo(exact);
  }

  static Stream<Fixture> hodgesLehmann() {
    return Fixture.cases("hodges-lehmann");
  }

  @ParameterizedTest
  @MethodSource("hodgesLehmann")
  void hodgesLehmann(Fixture c) {
    boolean paired = c.get("kind").asText().equals("one_sample");
    double level = c.number("level");
    HodgesLehmann hl =
        paired
            ? HodgesLehmann.paired(c.numbers("d"), level)
            : HodgesLehmann.shift(c.numbers("x"), c.numbers("y"), level);
    JsonNode expected = c.get("expected");
    c.close(expected, paired ? "estimate" : "shift", hl.estimate());
    c.close(expected, "ci_low", hl.low());
    c.close(expected, "ci_high", hl.high());
    c.close(expected, "achieved", hl.achieved());
    assertThat(hl.k()).isEqualTo(expected.get("k").asInt());
  }

  static Stream<Fixture> signedRank() {
    return Fixture.cases("signed-rank");
  }

  @ParameterizedTest
  @MethodSource("signedRank")
  void signedRank(Fixture c) {
    RankTest test = SignedRank.test(c.numbers("d"), c.number("shift"));
    JsonNode expected = c.get("expected");
    c.close(expected, "V", test.statistic());
    c.close(expected, "p_less", test.pLess());
    c.close(expected, "p_greater", test.pGreater());
    c.close(expected, "p_two_sided", test.pTwoSided());
  }
}
