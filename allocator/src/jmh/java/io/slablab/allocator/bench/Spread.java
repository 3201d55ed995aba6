package io.slablab.allocator.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The middle of some figures with its 95 % interval, by resampling them.
 *
 * @param middle mean of the middle half
 */
record Spread(double middle, double low, double high, int count) {
  private static final int RESAMPLES = 10_000;
  private static final double TAIL = 0.025;

  static Spread of(List<Double> figures) {
    double[] all = figures.stream().mapToDouble(Double::doubleValue).toArray();
    Random random = new Random(1);
    double[] middles = new double[RESAMPLES];
    double[] drawn = new double[all.length];
    for (int i = 0; i < RESAMPLES; i++) {
      Arrays.setAll(drawn, _ -> all[random.nextInt(all.length)]);
      middles[i] = middleHalf(drawn);
    }
    Arrays.sort(middles);
    return new Spread(
        middleHalf(all),
        middles[(int) (RESAMPLES * TAIL)],
        middles[(int) (RESAMPLES * (1 - TAIL))],
        all.length);
  }

  private static double middleHalf(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int cut = sorted.length / 4;
    return Arrays.stream(sorted, cut, sorted.length - cut).average().orElseThrow();
  }

  static double median(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4f [%.4f, %.4f]", middle, low, high);
  }
}
