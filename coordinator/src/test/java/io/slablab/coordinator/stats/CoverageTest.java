package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How often the intervals contain the truth, against the published shares: 4000 samples per case,
 * so the Monte-Carlo error (0.006 at 0.85) is well inside the fixture's tolerance of 0.015. The
 * seed is in every message.
 */
class CoverageTest {
  private static final long SEED = 20_261_124;
  private static final int SAMPLES = 4000;
  private static final int RESAMPLES = 999;
  private static final double TOLERANCE =
      Fixture.read("coverage").get("tolerance").get("abs").asDouble();

  static Stream<Fixture> coverage() {
    return Fixture.read("coverage")
        .get("cases")
        .valueStream()
        .map(node ->
            new Fixture(node.get("noise").asText() + " n=" + node.get("n").asInt(), node, 0));
  }

  @ParameterizedTest
  @MethodSource("coverage")
  void intervalsCoverAsPublished(Fixture c) {
    int n = c.get("n").asInt();
    SplittableRandom random = new SplittableRandom(SEED);
    DoubleSupplier noise = noise(c.get("noise").asText(), random);
    Streams stream = Streams.of(SEED, "coverage");
    int t = 0;
    int hl = 0;
    int percentile = 0;
    int expanded = 0;
    int bca = 0;
    int bootstrapT = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double[] d = new double[n];
      Arrays.setAll(d, b -> noise.getAsDouble());
      PairedT paired = PairedT.of(d, 0.95);
      t += contains(paired.low(), paired.high());
      HodgesLehmann robust = HodgesLehmann.paired(d, 0.95);
      hl += contains(robust.low(), robust.high());
      Bootstrap bootstrap = Bootstrap.blocks(d, stream, RESAMPLES, 0.95);
      percentile += contains(bootstrap.percentile());
      expanded += contains(bootstrap.expanded());
      bca += contains(bootstrap.bca());
      bootstrapT += contains(bootstrap.bootstrapT());
    }
    check(c, "paired_t", t);
    check(c, "hodges_lehmann", hl);
    check(c, "percentile", percentile);
    check(c, "expanded", expanded);
    check(c, "bca", bca);
    check(c, "bootstrap_t", bootstrapT);
    assertThat(HodgesLehmann.paired(new double[n], 0.95).achieved())
        .isCloseTo(c.get("hl_exact").asDouble(), within(1e-6));
  }

  private static void check(Fixture c, String method, int covered) {
    assertThat(covered / (double) SAMPLES)
        .as("%s, %s, seed %d", c.name(), method, SEED)
        .isCloseTo(c.get("coverage").get(method).asDouble(), within(TOLERANCE));
  }

  private static DoubleSupplier noise(String name, SplittableRandom random) {
    DoubleSupplier normal = random::nextGaussian;
    return switch (name) {
      case "normal" -> normal;
      case "laplace" -> () -> sign(random) * exponential(random) / Math.sqrt(2);
      case "contaminated" -> () -> normal.getAsDouble() + spike(random, 1) + spike(random, -1);
      default -> throw new AssertionError(name);
    };
  }

  private static int sign(SplittableRandom random) {
    return random.nextBoolean() ? 1 : -1;
  }

  private static double exponential(SplittableRandom random) {
    return -Math.log(1 - random.nextDouble());
  }

  private static double spike(SplittableRandom random, int sign) {
    return random.nextDouble() < 0.05 ? sign * 5 * exponential(random) : 0;
  }

  private static int contains(Bootstrap.Range range) {
    return contains(range.low(), range.high());
  }

  private static int contains(double low, double high) {
    return low <= 0 && 0 <= high ? 1 : 0;
  }
}
