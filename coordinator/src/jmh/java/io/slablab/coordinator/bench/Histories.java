package io.slablab.coordinator.bench;

import io.slablab.coordinator.stats.history.ChangePoints;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Change points of 10,000 series of 400 nights on all cores; one series of four has a step. */
@State(Scope.Benchmark)
public class Histories {
  private static final int SERIES = 10_000;
  private static final int NIGHTS = 400;
  private final double[][] series = new double[SERIES][NIGHTS];

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    for (int s = 0; s < SERIES; s++) {
      int step = s % 4 == 0 ? random.nextInt(NIGHTS) : NIGHTS;
      Arrays.setAll(series[s], i -> 0.01 * (random.nextGaussian() + (i < step ? 0 : 4)));
    }
  }

  /** How many points there are. */
  @Benchmark
  public long changePoints() {
    return IntStream.range(0, SERIES)
        .parallel()
        .mapToLong(s -> ChangePoints.of(series[s]).points().size())
        .sum();
  }
}
