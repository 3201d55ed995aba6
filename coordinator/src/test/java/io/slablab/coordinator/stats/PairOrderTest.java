package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairOrderTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 20, 41})
  void everyOrderStatisticIsThatOfAllPairs(int n) {
    SplittableRandom random = new SplittableRandom(n);
    double[] x = sample(random, n);
    double[] y = sample(random, n + 3);
    check(PairOrder.walsh(x), walsh(x));
    check(PairOrder.differences(x, y), differences(x, y));
  }

  private static void check(PairOrder order, double[] pairs) {
    Arrays.sort(pairs);
    assertThat(order.size()).isEqualTo(pairs.length);
    for (int k = 1; k <= pairs.length; k++) {
      assertThat(order.kth(k)).as("k=%d", k).isEqualTo(pairs[k - 1] + 0.0);
    }
    assertThat(order.median()).isEqualTo(Quantiles.median(pairs));
  }

  /** Materialised, its pairs would take 1.6 GB. */
  @Test
  void aSampleOfTwentyThousandTakesNoTime() {
    SplittableRandom random = new SplittableRandom(7);
    PairOrder order = PairOrder.walsh(random.doubles(20_000).toArray());
    assertThat(order.median()).isBetween(0.48, 0.52);
    assertThat(order.upTo(order.kth(1000))).isGreaterThanOrEqualTo(1000);
  }

  /** Half of the values are ties, some are negative, some differ in the last bit only. */
  private static double[] sample(SplittableRandom random, int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3) - 1;
            case 1 -> Math.nextUp(1.0);
            default -> random.nextDouble(-1, 1);
          };
    }
    return values;
  }

  private static double[] walsh(double[] d) {
    double[] pairs = new double[d.length * (d.length + 1) / 2];
    int next = 0;
    for (int i = 0; i < d.length; i++) {
      for (int j = i; j < d.length; j++) {
        pairs[next++] = (d[i] + d[j]) / 2;
      }
    }
    return pairs;
  }

  private static double[] differences(double[] x, double[] y) {
    double[] pairs = new double[x.length * y.length];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = y[i % y.length] - x[i / y.length];
    }
    return pairs;
  }
}
