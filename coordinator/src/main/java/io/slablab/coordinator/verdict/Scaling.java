package io.slablab.coordinator.verdict;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a variant's throughput grows with cores on one layout of one host. The points feed gains and
 * gates; the curve describes them.
 *
 * @param sockets that the placements span; null where the host's topology is not known
 * @param law USL, AMDAHL, COHERENCY or LINEAR; null without a curve
 * @param without why there is no curve, in words; null with one
 * @param lambda throughput of one core, ops/s
 * @param sigma serial share
 * @param kappa price of agreement
 * @param knee core count of the highest throughput; null where there is none within twice the cores
 *     measured
 * @param pAmdahl of "kappa is 0"; null where the law has no kappa or no sigma
 * @param lackOfFit what the points say against the curve, in words; empty where it fits
 * @param points in ascending order of cores
 */
public record Scaling(
    String host,
    String workload,
    Map<String, String> params,
    String layout,
    String memory,
    @Nullable Integer sockets,
    boolean simulated,
    String variant,
    @Nullable String law,
    @Nullable String without,
    @Nullable Coefficient lambda,
    @Nullable Coefficient sigma,
    @Nullable Coefficient kappa,
    @Nullable Coefficient knee,
    @JsonProperty("pAmdahl") @Nullable Double pAmdahl,
    List<String> lackOfFit,
    List<Point> points) {

  /** With its interval at the confidence of the settings; 0, 0, 0 of one that is held at 0. */
  public record Coefficient(double value, double low, double high) {}

  /**
   * @param opsPerSecond geometric mean of the cell
   * @param fitted the curve there; null without one
   * @param low lower end of the curve's band
   * @param high upper end
   */
  public record Point(
      int cores,
      double opsPerSecond,
      @Nullable Double fitted,
      @Nullable Double low,
      @Nullable Double high) {}
}
