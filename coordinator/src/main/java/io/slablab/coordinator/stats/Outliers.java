package io.slablab.coordinator.stats;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Values far from their fellows, to be shown and never to be removed. */
public final class Outliers {
  /** |modified z| above which a block is flagged (Iglewicz and Hoaglin 1993). */
  private static final double BLOCK_Z = 3.5;

  private Outliers() {}

  /** 0.6745 (x - median) / MAD of each value; all 0 when the MAD is 0. */
  public static double[] modifiedZ(double[] x) {
    double median = Quantiles.median(x);
    double mad = Quantiles.median(Arrays.stream(x).map(v -> Math.abs(v - median)).toArray());
    return Arrays.stream(x).map(v -> mad == 0 ? 0 : 0.6745 * (v - median) / mad).toArray();
  }

  /** Indices of the flagged blocks. */
  public static int[] blocks(double[] d) {
    double[] z = modifiedZ(d);
    return IntStream.range(0, d.length).filter(b -> Math.abs(z[b]) > BLOCK_Z).toArray();
  }

  /**
   * How many iterations of a trial lie further than 3 (p90 - p10) from its median, on logs (Barrett
   * 2017).
   */
  public static int iterations(double[] kept) {
    double[] logs = Arrays.stream(kept).map(Math::log).toArray();
    double[] levels = Quantiles.type7(logs, new double[] {0.1, 0.5, 0.9});
    double reach = 3 * (levels[2] - levels[0]);
    return (int) Arrays.stream(logs).filter(x -> Math.abs(x - levels[1]) > reach).count();
  }
}
