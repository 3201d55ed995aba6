package io.slablab.coordinator.stats;

import java.util.Arrays;

/**
 * Whether tonight lies below the nights since the last change, for want of a reference build. The
 * error is that between nights: the one within tonight knows nothing of how nights differ.
 */
public sealed interface HistoryGate permits HistoryGate.Compared, HistoryGate.Unknown {
  /** Fewest nights to compare with. */
  int LEAST_NIGHTS = 8;

  /** Older nights are forgotten. */
  int MOST_NIGHTS = 20;

  /** Why tonight cannot be judged. */
  enum Why {
    /** Fewer than {@link #LEAST_NIGHTS}. */
    TOO_FEW_NIGHTS,
    /** Tonight is no finite number. */
    BAD_VALUE,
    /** All nights are equal. */
    IDENTICAL
  }

  /** No number. */
  record Unknown(Why why) implements HistoryGate {}

  /**
   * @param nights K, how many stood against tonight
   * @param mean of them
   * @param sd between them
   * @param t (tonight - mean) / (sd sqrt(1 + 1 / K)), on K - 1 degrees of freedom
   * @param pLess of "tonight is no lower"; one of a family, adjust it
   */
  record Compared(int nights, double mean, double sd, double t, double pLess)
      implements HistoryGate {}

  /**
   * @param tonight benefit on the log scale
   * @param past nights since the last change point, oldest first; what is not finite was missing
   */
  static HistoryGate of(double tonight, double[] past) {
    if (!Double.isFinite(tonight)) {
      return new Unknown(Why.BAD_VALUE);
    }
    double[] known = Arrays.stream(past).filter(Double::isFinite).toArray();
    if (known.length < LEAST_NIGHTS) {
      return new Unknown(Why.TOO_FEW_NIGHTS);
    }
    double[] nights =
        Arrays.copyOfRange(known, Math.max(0, known.length - MOST_NIGHTS), known.length);
    if (Samples.identical(nights)) {
      return new Unknown(Why.IDENTICAL);
    }
    int k = nights.length;
    double mean = Samples.mean(nights);
    double sd = Samples.standardDeviation(nights);
    double t = (tonight - mean) / (sd * Math.sqrt(1 + 1.0 / k));
    return new Compared(k, mean, sd, t, Distributions.studentCdf(t, k - 1));
  }
}
