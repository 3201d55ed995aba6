package io.slablab.coordinator.stats.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slablab.coordinator.stats.Distributions;
import io.slablab.coordinator.stats.hosts.Spread.Unknown;
import io.slablab.coordinator.stats.hosts.Spread.Why;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Q, I^2 and tau^2 against published values, and what they are worth with few blocks. */
class HeterogeneityTest {
  private static final int NIGHTS = 2000;

  static List<HostEffect> hosts(
      SplittableRandom random, int hosts, int blocks, double between, double within) {
    return IntStream.range(0, hosts)
        .mapToObj(h -> {
          double effect = 0.02 + between * random.nextGaussian();
          double[] d = new double[blocks];
          Arrays.setAll(d, b -> effect + within * random.nextGaussian());
          return HostEffect.of("h" + h, d, Map.of());
        })
        .toList();
  }

  /**
   * Thirteen trials of the BCG vaccine (Colditz et al. 1994), the standard example: Q = 152.233 on
   * 12 df, I^2 = 92.12 %, Paule-Mandel tau^2 = 0.318.
   */
  @Test
  void publishedValues() {
    Heterogeneity bcg = (Heterogeneity) Heterogeneity.of(Vaccine.trials(), 0.95);
    assertThat(bcg.q()).isCloseTo(152.233, within(0.001));
    assertThat(bcg.iSquared()).isCloseTo(0.9212, within(0.0001));
    assertThat(bcg.tauSquared()).isCloseTo(0.3181, within(0.001));
    assertThat(bcg.common()).isCloseTo(-0.4303, within(0.0001));
    assertThat(bcg.hosts()).isEqualTo(13);
  }

  /** tau^2 solves its equation, or is 0 where hosts lie closer than their errors. */
  @Test
  void tauSolvesItsEquation() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<HostEffect> hosts = hosts(random, 2 + random.nextInt(10), 6, 0.01, 0.02);
      double tauSquared = Weighted.pauleMandel(hosts);
      double q = Weighted.of(hosts, tauSquared).q();
      if (tauSquared > 0) {
        assertThat(q).as("seed %d", seed).isCloseTo(hosts.size() - 1, within(1e-9));
      } else {
        assertThat(q).as("seed %d", seed).isLessThanOrEqualTo(hosts.size() - 1);
      }
    }
  }

  /** Equal hosts differ at 5 % in 5 % of campaigns, though their errors come from 8 blocks. */
  @Test
  void equalHostsAreNotToldApart() {
    SplittableRandom random = new SplittableRandom(20_261_125);
    int found = 0;
    int byChiSquare = 0;
    for (int i = 0; i < NIGHTS; i++) {
      Heterogeneity h = (Heterogeneity) Heterogeneity.of(hosts(random, 8, 8, 0, 0.02), 0.95);
      found += h.pValue() <= 0.05 ? 1 : 0;
      byChiSquare += h.q() > 14.067 ? 1 : 0; // chi-square(7) at 95 %
    }
    assertThat(found / (double) NIGHTS).isBetween(0.035, 0.065);
    assertThat(byChiSquare / (double) NIGHTS).isGreaterThan(0.10);
  }

  @Test
  void spreadHostsAreToldApart() {
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    int found = 0;
    int covered = 0;
    for (int i = 0; i < NIGHTS; i++) {
      Heterogeneity h = (Heterogeneity) Heterogeneity.of(hosts(random, 8, 10, 0.02, 0.02), 0.95);
      sum += h.tauSquared();
      found += h.pValue() <= 0.05 ? 1 : 0;
      double truth = Math.expm1(0.02);
      covered += h.population().gainLow() <= truth && truth <= h.population().gainHigh() ? 1 : 0;
    }
    assertThat(Math.sqrt(sum / NIGHTS)).isCloseTo(0.02, within(0.001));
    assertThat(found / (double) NIGHTS).isGreaterThan(0.95);
    assertThat(covered / (double) NIGHTS).isBetween(0.935, 0.965);
  }

  /** Of two hosts Welch's correction is Welch's t test. */
  @Test
  void ofTwoHostsItIsWelch() {
    HostEffect a = new HostEffect("a", 0.01, 4e-5, 7, Map.of());
    HostEffect b = new HostEffect("b", 0.04, 1e-5, 11, Map.of());
    Heterogeneity h = (Heterogeneity) Heterogeneity.of(List.of(a, b), 0.95);
    double t = 0.03 / Math.sqrt(5e-5);
    double df = 25e-10 / (16e-10 / 7 + 1e-10 / 11);
    assertThat(h.pValue()).isCloseTo(2 * Distributions.studentCdf(-t, df), within(1e-10));
  }

  @Test
  void whatCannotBeComparedIsUnknown() {
    HostEffect good = new HostEffect("a", 0.01, 1e-4, 9, Map.of());
    HostEffect one = HostEffect.of("one", new double[] {0.02}, Map.of());
    HostEffect constant = HostEffect.of("constant", new double[] {0.02, 0.02, 0.02}, Map.of());
    HostEffect none = HostEffect.of("none", new double[0], Map.of());
    HostEffect nan = HostEffect.of("nan", new double[] {0.02, Double.NaN, 0.03}, Map.of());
    assertThat(Heterogeneity.of(List.of(), 0.95)).isEqualTo(new Unknown(Why.TOO_FEW_HOSTS));
    assertThat(Heterogeneity.of(List.of(good, one, constant, none, nan), 0.95))
        .isEqualTo(new Unknown(Why.TOO_FEW_HOSTS));
    HostEffect same = new HostEffect("b", 0.01, 2e-4, 9, Map.of());
    assertThat(Heterogeneity.of(List.of(good, same), 0.95)).isEqualTo(new Unknown(Why.IDENTICAL));
    HostEffect other = new HostEffect("c", 0.03, 2e-4, 9, Map.of());
    Heterogeneity three = (Heterogeneity) Heterogeneity.of(List.of(good, nan, other, one), 0.95);
    assertThat(three.hosts()).isEqualTo(2);
    assertThat(three.leftOut()).containsExactly("nan", "one");
  }
}
