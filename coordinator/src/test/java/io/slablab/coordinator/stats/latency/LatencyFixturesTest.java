package io.slablab.coordinator.stats.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.coordinator.stats.Fixture;
import io.slablab.coordinator.stats.PairedT;
import io.slablab.coordinator.stats.latency.MergedGain.Block;
import io.slablab.coordinator.stats.latency.MergedGain.Unknown;
import io.slablab.coordinator.stats.latency.MergedGain.Why;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden values of quantiles of trials, alone and merged. */
class LatencyFixturesTest {
  static Stream<Fixture> quantileIntervals() {
    return Fixture.cases("quantile-ci");
  }

  @ParameterizedTest
  @MethodSource("quantileIntervals")
  void ranks(Fixture c) {
    QuantileRanks ranks = QuantileRanks.of(c.get("n").asInt(), c.number("p"), c.number("level"));
    JsonNode expected = c.get("expected");
    assertThat(ranks.low()).isEqualTo(expected.get("l").asInt());
    assertThat(ranks.high()).isEqualTo(expected.get("u").asInt());
    c.close(expected, "achieved", ranks.achieved());
  }

  @Test
  void ranksOfFewOrMany() {
    assertThat(QuantileRanks.of(0, 0.5, 0.95)).isEqualTo(new QuantileRanks(0, 1, 1));
    assertThat(QuantileRanks.of(1, 0.5, 0.95)).isEqualTo(new QuantileRanks(0, 2, 1));
    QuantileRanks many = QuantileRanks.of(10_000_000, 0.999, 0.95);
    assertThat(many.low()).isLessThan(9_990_000).isGreaterThan(9_989_000);
    assertThat(many.high()).isGreaterThan(9_990_000).isLessThan(9_991_000);
    assertThat(QuantileRanks.enoughBeyond(100_000, 0.999)).isTrue();
    assertThat(QuantileRanks.enoughBeyond(99_000, 0.999)).isFalse();
  }

  static Stream<Fixture> merges() {
    return Fixture.cases("histograms", "merge");
  }

  @ParameterizedTest
  @MethodSource("merges")
  void merge(Fixture c) {
    List<Weights> trials =
        c.get("histograms").valueStream().map(LatencyFixturesTest::histogram).toList();
    double[] p = c.numbers("p");
    List<double[]> perTrial = c.rows("per_trial");
    for (int t = 0; t < trials.size(); t++) {
      assertThat(quantiles(trials.get(t), p)).isEqualTo(perTrial.get(t));
    }
    assertThat(quantiles(Weights.merged(trials, Weighting.EQUAL_TRIALS), p))
        .isEqualTo(c.numbers("equal_trial"));
    assertThat(quantiles(Weights.merged(trials, Weighting.BY_COUNT), p))
        .isEqualTo(c.numbers("by_count"));
  }

  private static Weights histogram(JsonNode counts) {
    TreeMap<Double, Double> weights = new TreeMap<>();
    counts
        .properties()
        .forEach(e -> weights.put(Double.valueOf(e.getKey()), e.getValue().asDouble()));
    return Weights.of(weights);
  }

  private static double[] quantiles(Weights weights, double[] p) {
    return Arrays.stream(p).map(weights::quantile).toArray();
  }

  static Stream<Fixture> omissions() {
    return Fixture.cases("histograms", "coordinated_omission");
  }

  @ParameterizedTest
  @MethodSource("omissions")
  void backfill(Fixture c) {
    Weights corrected = Weights.of(c.numbers("values")).backfilled(c.number("expected_interval"));
    assertThat(corrected.expanded()).isEqualTo(c.numbers("corrected"));
  }

  static Stream<Fixture> jackknives() {
    return Fixture.cases("histograms", "jackknife");
  }

  private static List<Block> blocks(String name) {
    Fixture data =
        Fixture.cases("histograms", "data")
            .filter(d -> d.name().equals(name))
            .findFirst()
            .orElseThrow();
    List<Block> blocks = new ArrayList<>();
    for (JsonNode block : data.get("blocks")) {
      blocks.add(
          new Block(
              Weights.of(Fixture.numbers(block.get(0))),
              Weights.of(Fixture.numbers(block.get(1)))));
    }
    return blocks;
  }

  @ParameterizedTest
  @MethodSource("jackknives")
  void jackknife(Fixture c) {
    List<Block> blocks = blocks(c.get("blocks_ref").asText());
    double p = c.number("p");
    MergedGain.Jackknife gain =
        (MergedGain.Jackknife) MergedGain.of(blocks, p, Weighting.EQUAL_TRIALS, 0.95);
    JsonNode expected = c.get("expected");
    c.close(expected, "estimate", gain.estimate());
    c.close(expected, "se", gain.se());
    c.close(expected, "ci_low", gain.low());
    c.close(expected, "ci_high", gain.high());
    double[] d =
        blocks.stream()
            .mapToDouble(b -> Math.log(b.treatment().quantile(p) / b.baseline().quantile(p)))
            .toArray();
    PairedT t = PairedT.of(d, 0.95);
    c.close(c.get("per_trial"), "mean_log", t.mean());
    c.close(c.get("per_trial"), "ci_low", t.gainLow());
    c.close(c.get("per_trial"), "ci_high", t.gainHigh());
  }

  /** The interval of a merged p99 contains the truth about as often as it says. */
  @Test
  void jackknivesCover() {
    SplittableRandom random = new SplittableRandom(20_261_125);
    int covered = 0;
    for (int i = 0; i < 400; i++) {
      List<Block> blocks = new ArrayList<>();
      for (int b = 0; b < 10; b++) {
        double host = 0.05 * random.nextGaussian();
        blocks.add(new Block(trial(random, host), trial(random, host + 0.1)));
      }
      MergedGain.Jackknife gain =
          (MergedGain.Jackknife) MergedGain.of(blocks, 0.9, Weighting.EQUAL_TRIALS, 0.95);
      covered += gain.low() <= 0.1 && 0.1 <= gain.high() ? 1 : 0;
    }
    assertThat(covered / 400.0).isBetween(0.90, 0.985);
  }

  private static Weights trial(SplittableRandom random, double level) {
    double fork = level + 0.03 * random.nextGaussian();
    double[] latencies = new double[200];
    Arrays.setAll(latencies, i -> Math.exp(4 + fork + 0.5 * random.nextGaussian()));
    return Weights.of(latencies);
  }

  @Test
  void whatHasNoIntervalIsUnknown() {
    Block block = new Block(Weights.of(new double[] {1, 2, 3}), Weights.of(new double[] {2, 3}));
    Block empty = new Block(Weights.of(new double[0]), Weights.of(new double[] {2, 3}));
    Block zero = new Block(Weights.of(new double[] {0, 0}), Weights.of(new double[] {2, 3}));
    assertThat(MergedGain.of(List.of(), 0.5, Weighting.BY_COUNT, 0.95))
        .isEqualTo(new Unknown(Why.TOO_FEW_BLOCKS));
    assertThat(of(Collections.nCopies(4, block))).isEqualTo(new Unknown(Why.TOO_FEW_BLOCKS));
    assertThat(of(Collections.nCopies(8, block))).isEqualTo(new Unknown(Why.IDENTICAL));
    assertThat(of(List.of(block, block, block, block, empty)))
        .isEqualTo(new Unknown(Why.BAD_VALUE));
    assertThat(of(Collections.nCopies(6, zero))).isEqualTo(new Unknown(Why.BAD_VALUE));
    assertThat(Weights.of(new double[0]).quantile(0.5)).isNaN();
  }

  private static MergedGain of(List<Block> blocks) {
    return MergedGain.of(blocks, 0.5, Weighting.EQUAL_TRIALS, 0.95);
  }

  /** A histogram's quantiles are those that HdrHistogram tells. */
  @Test
  void histogramsKeepTheirQuantiles() {
    SplittableRandom random = new SplittableRandom(4);
    Histogram histogram = new Histogram(3);
    for (int i = 0; i < 5000; i++) {
      histogram.recordValue((long) Math.exp(random.nextDouble(3, 14)));
    }
    Weights weights = Weights.of(histogram);
    for (double p : new double[] {0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1}) {
      assertThat(weights.quantile(p)).isEqualTo(histogram.getValueAtPercentile(100 * p));
    }
    assertThat(weights.total()).isCloseTo(5000, within(1e-9));
  }
}
