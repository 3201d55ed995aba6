package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What must hold for every sample, over seeded random ones. */
class EstimatorPropertiesTest {
  private static final double TIGHT = 1e-10;

  private interface Property {
    void holds(double[] base, double[] treat, String seed);
  }

  private static void forAll(Property property) {
    for (long seed = 1; seed <= 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int n = 2 + random.nextInt(30);
      double[] base = random.doubles(n, 10, 20).toArray();
      double[] treat = random.doubles(n, 10, 20).toArray();
      property.holds(base, treat, "seed " + seed);
    }
  }

  @Test
  void gainIsSymmetricInTheChoiceOfBaseline() {
    forAll((base, treat, seed) -> {
      PairedT there = PairedT.of(Samples.logRatios(base, treat), 0.95);
      PairedT back = PairedT.of(Samples.logRatios(treat, base), 0.95);
      assertThat((1 + there.gain()) * (1 + back.gain())).as(seed).isCloseTo(1, within(TIGHT));
      assertThat(there.low()).as(seed).isCloseTo(-back.high(), within(TIGHT));
      assertThat(there.pValue()).as(seed).isCloseTo(back.pValue(), within(TIGHT));
    });
  }

  @Test
  void intervalsContainTheirPointAndGrowWithConfidence() {
    forAll((base, treat, seed) -> {
      double[] d = Samples.logRatios(base, treat);
      PairedT t = PairedT.of(d, 0.95);
      PairedT wide = PairedT.of(d, 0.99);
      assertThat(t.gain()).as(seed).isBetween(t.gainLow(), t.gainHigh());
      assertThat(wide.halfWidth()).as(seed).isGreaterThan(t.halfWidth());
      HodgesLehmann hl = HodgesLehmann.paired(d, 0.95);
      assertThat(hl.estimate()).as(seed).isBetween(hl.low(), hl.high());
      Fieller f = Fieller.paired(base, treat, 0.95);
      if (f.shape() == Fieller.Shape.BOUNDED) {
        assertThat(f.gain()).as(seed).isBetween(f.low(), f.high());
      }
    });
  }

  /**
   * An end of Fieller's interval is the ratio r at which a t test of "treatment - r baseline" just
   * rejects.
   */
  @Test
  void ratioIntervalsEndWhereTheContrastIsJustSignificant() {
    forAll((base, treat, seed) -> {
      Fieller f = Fieller.paired(base, treat, 0.95);
      if (f.shape() == Fieller.Shape.BOUNDED) {
        for (double gain : new double[] {f.low(), f.high()}) {
          double[] z = new double[base.length];
          Arrays.setAll(z, b -> treat[b] - (1 + gain) * base[b]);
          assertThat(PairedT.of(z, 0.95).pValue()).as(seed).isCloseTo(0.05, within(1e-8));
        }
      }
    });
  }

  @Test
  void unitsOfTheMetricDoNotMatter() {
    forAll((base, treat, seed) -> {
      double[] baseNs = Arrays.stream(base).map(x -> x * 1e9).toArray();
      double[] treatNs = Arrays.stream(treat).map(x -> x * 1e9).toArray();
      PairedT s = PairedT.of(Samples.logRatios(base, treat), 0.95);
      PairedT ns = PairedT.of(Samples.logRatios(baseNs, treatNs), 0.95);
      assertThat(ns.gainLow()).as(seed).isCloseTo(s.gainLow(), within(TIGHT));
      Fieller fs = Fieller.paired(base, treat, 0.95);
      Fieller fns = Fieller.paired(baseNs, treatNs, 0.95);
      assertThat(fns.low()).as(seed).isCloseTo(fs.low(), within(1e-7 * (1 + Math.abs(fs.low()))));
    });
  }

  @Test
  void orderOfBlocksDoesNotMatter() {
    forAll((base, treat, seed) -> {
      double[] d = Samples.logRatios(base, treat);
      double[] reversed = new double[d.length];
      Arrays.setAll(reversed, i -> d[d.length - 1 - i]);
      assertThat(PairedT.of(reversed, 0.95).gainHigh())
          .as(seed)
          .isCloseTo(PairedT.of(d, 0.95).gainHigh(), within(TIGHT));
      assertThat(HodgesLehmann.paired(reversed, 0.95))
          .as(seed)
          .isEqualTo(HodgesLehmann.paired(d, 0.95));
    });
  }

  @Test
  void theExactSignLawIsALaw() {
    for (int n = 1; n <= 50; n++) {
      double[] law = RankLaws.signLaw(RankLaws.untied(n));
      assertThat(Arrays.stream(law).sum()).isCloseTo(1, within(1e-12));
      assertThat(RankLaws.upTo(law, law.length / 2)).isGreaterThanOrEqualTo(0.5);
    }
  }

  @Test
  void rankMethodsMeetAtTheirLimits() {
    double[] d = new SplittableRandom(7).doubles(50, -1, 2).toArray();
    double[] longer = Arrays.copyOf(d, 51);
    longer[50] = 0.4;
    assertThat(SignedRank.test(d, 0).exact()).isTrue();
    assertThat(SignedRank.test(longer, 0).exact()).isFalse();
    assertThat(SignedRank.test(longer, 0).pTwoSided())
        .isCloseTo(SignedRank.test(d, 0).pTwoSided(), within(0.001));
    assertThat(HodgesLehmann.paired(longer, 0.95).achieved()).isCloseTo(0.95, within(0.005));
    assertThat(MannWhitney.test(d, longer).exact()).isFalse();
    assertThat(MannWhitney.test(d, d).pTwoSided()).isCloseTo(1, within(0.01));
  }

  @Test
  void nothingThatVariesMeansNoInterval() {
    assertThatThrownBy(() -> PairedT.of(new double[] {0.1, 0.1, 0.1}, 0.95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n=3");
    assertThatThrownBy(() -> PairedT.of(new double[] {0.1}, 0.95)).hasMessageContaining("n=1");
    assertThat(
            Samples.identical(
                new double[] {Math.log(3.0 / 7), Math.log(9.0 / 21), Math.log(0.3 / 0.7)}))
        .isTrue();
  }

  @Test
  void theNoncentralLawMeetsTheCentralOne() {
    for (int df : new int[] {1, 2, 4, 9, 39}) {
      for (double t : new double[] {0, 0.5, 2, 8}) {
        assertThat(NoncentralT.survival(t, df, 0))
            .as("df %d, t %f", df, t)
            .isCloseTo(1 - Distributions.studentCdf(t, df), within(1e-9));
      }
    }
  }

  @Test
  void moreBlocksDetectLess() {
    double last = Double.POSITIVE_INFINITY;
    for (int n = 5; n <= 40; n += 5) {
      double mde = Power.detectable(0.02, n, 0.01, 0.9);
      assertThat(mde).isLessThan(last);
      last = mde;
    }
    int needed = Power.blocksFor(0.02, 0.03, 0.05, 0.9);
    assertThat(Power.detectableApproximately(0.03, needed, 0.05, 0.9)).isLessThanOrEqualTo(0.02);
    assertThat(StopRule.blocksFor(0.02, 0.01)).isBetween(15, 25);
  }

  @Test
  void warmupOfShortSeriesIsTheFloor() {
    List<List<double[]>> one = List.of(List.of(new double[] {5}), List.of(new double[] {6}));
    assertThat(Warmup.cut(one).drop()).isZero();
    List<List<double[]>> twelve = List.of(List.of(new double[12]), List.of(new double[12]));
    assertThat(Warmup.cut(twelve).drop()).isEqualTo(3);
  }

  @Test
  void iterationsFarOutAreCounted() {
    double[] kept = new double[40];
    Arrays.setAll(kept, i -> 100 + i % 5);
    assertThat(Outliers.iterations(kept)).isZero();
    kept[7] = 300;
    assertThat(Outliers.iterations(kept)).isEqualTo(1);
  }
}
