package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
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
  private static final int CHUNKS = 8;
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

  /** Counts of covering intervals; adds up. */
  private record Tally(int t, int hl, int percentile, int expanded, int bca, int bootstrapT) {
    Tally plus(Tally o) {
      return new Tally(
          t + o.t,
          hl + o.hl,
          percentile + o.percentile,
          expanded + o.expanded,
          bca + o.bca,
          bootstrapT + o.bootstrapT);
    }
  }

  @ParameterizedTest
  @MethodSource("coverage")
  void intervalsCoverAsPublished(Fixture c) {
    int n = c.get("n").asInt();
    String noise = c.get("noise").asText();
    Tally tally =
        IntStream.range(0, CHUNKS)
            .parallel()
            .mapToObj(chunk -> simulate(n, noise, chunk))
            .reduce(new Tally(0, 0, 0, 0, 0, 0), Tally::plus);
    check(c, "paired_t", tally.t);
    check(c, "hodges_lehmann", tally.hl);
    check(c, "percentile", tally.percentile);
    check(c, "expanded", tally.expanded);
    check(c, "bca", tally.bca);
    check(c, "bootstrap_t", tally.bootstrapT);
    assertThat(HodgesLehmann.paired(new double[n], 0.95).achieved())
        .isCloseTo(c.get("hl_exact").asDouble(), within(1e-6));
  }

  private static Tally simulate(int n, String name, int chunk) {
    DoubleSupplier noise = noise(name, new SplittableRandom(SEED + chunk));
    Streams stream = Streams.of(SEED, "coverage/" + chunk);
    Tally tally = new Tally(0, 0, 0, 0, 0, 0);
    for (int i = 0; i < SAMPLES / CHUNKS; i++) {
      double[] d = new double[n];
      Arrays.setAll(d, b -> noise.getAsDouble());
      PairedT t = PairedT.of(d, 0.95);
      HodgesLehmann hl = HodgesLehmann.paired(d, 0.95);
      Bootstrap bootstrap = Bootstrap.blocks(d, stream, RESAMPLES, 0.95);
      tally =
          tally.plus(
              new Tally(
                  contains(t.low(), t.high()),
                  contains(hl.low(), hl.high()),
                  contains(bootstrap.percentile()),
                  contains(bootstrap.expanded()),
                  contains(bootstrap.bca()),
                  contains(bootstrap.bootstrapT())));
    }
    return tally;
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
