package io.slablab.coordinator.stats;

import java.util.List;

/**
 * One gain for several cells or hosts, each of equal weight.
 *
 * @param mean of the cells' mean log ratios
 * @param df degrees of freedom of the interval
 * @param confidence coverage of the interval
 * @param halfWidth of the interval on the log scale
 */
public record Pooled(double mean, double df, double confidence, double halfWidth) {

  /**
   * These cells and no others are meant: var = sum(s_c^2/n_c)/C^2 with Satterthwaite's degrees of
   * freedom.
   *
   * @param cells block log ratios of each cell; at least one cell, each of at least two values that
   *     differ
   */
  public static Pooled fixed(List<double[]> cells, double confidence) {
    return fixedParts(cells.stream().map(Part::of).toList(), confidence);
  }

  /** The same of cells that are already a mean with its error. */
  public static Pooled fixedParts(List<Part> cells, double confidence) {
    double variances = 0;
    double weighted = 0;
    for (Part cell : cells) {
      variances += cell.variance();
      weighted += cell.variance() * cell.variance() / cell.df();
    }
    double df = variances * variances / weighted;
    double se = Math.sqrt(variances) / cells.size();
    return of(cells.stream().mapToDouble(Part::mean).toArray(), df, se, confidence);
  }

  /**
   * One cell.
   *
   * @param mean log ratio
   * @param variance of that mean
   * @param df degrees of freedom of the variance
   */
  public record Part(double mean, double variance, double df) {
    /** From block log ratios, at least two that differ. */
    public static Part of(double[] d) {
      return new Part(Samples.mean(d), Samples.variance(d) / d.length, d.length - 1);
    }
  }

  /**
   * The hosts are a sample of all machines: t on the host means.
   *
   * @param hosts block log ratios of each host; at least two hosts (five or more to be worth
   *     printing)
   */
  public static Pooled population(List<double[]> hosts, double confidence) {
    double[] means = means(hosts);
    double se = Samples.standardDeviation(means) / Math.sqrt(means.length);
    return of(means, means.length - 1, se, confidence);
  }

  private static Pooled of(double[] means, double df, double se, double confidence) {
    double halfWidth = Distributions.studentQuantile((1 + confidence) / 2, df) * se;
    return new Pooled(Samples.mean(means), df, confidence, halfWidth);
  }

  private static double[] means(List<double[]> cells) {
    return cells.stream().mapToDouble(Samples::mean).toArray();
  }

  /**
   * The same with standard errors inflated for sequential stopping, see {@link StopRule#inflation}.
   */
  public Pooled inflated(double factor) {
    return new Pooled(mean, df, confidence, factor * halfWidth);
  }

  public double gain() {
    return Math.expm1(mean);
  }

  public double gainLow() {
    return Math.expm1(mean - halfWidth);
  }

  public double gainHigh() {
    return Math.expm1(mean + halfWidth);
  }
}
