package io.slablab.coordinator.store.index;

import org.jspecify.annotations.Nullable;

/** The tables' rows, column by column; the migrations say what each means. */
public final class Rows {
  private Rows() {}

  public record CampaignRow(
      String run,
      String campaign,
      String suite,
      @Nullable String label,
      String toolVersion,
      long seed,
      String startedAt,
      @Nullable String endedAt,
      String outcome,
      int planned,
      int done,
      int failed,
      String directory) {}

  public record HostRow(
      String run, String host, String hostKey, String hardwareKey, String bootId, String noisy) {}

  public record CellRow(
      String run,
      String host,
      String cell,
      String engine,
      String workload,
      String params,
      String layout,
      int cores,
      String cpus,
      String memory,
      String baseline) {}

  public record TrialRow(
      String run,
      String trial,
      String host,
      String cell,
      int block,
      int position,
      String variant,
      String status,
      @Nullable String reason,
      @Nullable String startedAt,
      @Nullable String endedAt,
      @Nullable Double opsPerSecond,
      @Nullable Double p99Ns,
      @Nullable Double stealShare,
      @Nullable Double foreignShare,
      String warnings) {}

  public record GainRow(
      String run,
      String host,
      String cell,
      String variant,
      String metric,
      String unit,
      int higherIsBetter,
      int simulated,
      int blocks,
      @Nullable Double baseline,
      @Nullable Double treatment,
      @Nullable Double gain,
      @Nullable Double low,
      @Nullable Double high,
      double confidence,
      @Nullable Double sdLog,
      @Nullable Double mde,
      String verdict) {}

  /** What somebody said about a change; V2__acceptances.sql says what each column means. */
  public record AcceptanceRow(
      String changeId,
      String kind,
      String suite,
      String host,
      String cell,
      String variant,
      String metric,
      String hostKey,
      String run,
      String startedAt,
      double changeLog,
      String classified,
      String reason,
      String acceptedBy,
      String acceptedAt) {}

  /**
   * One point of a series: a gain, and what it was measured with.
   *
   * @param hostKey empty where the run does not tell
   */
  public record HistoryRow(
      String run,
      String suite,
      @Nullable String label,
      String toolVersion,
      String startedAt,
      String directory,
      String host,
      @Nullable String hostKey,
      @Nullable String hardwareKey,
      String cell,
      String variant,
      String metric,
      String unit,
      int higherIsBetter,
      int simulated,
      int blocks,
      @Nullable Double baseline,
      @Nullable Double treatment,
      @Nullable Double gain,
      @Nullable Double low,
      @Nullable Double high,
      double confidence,
      @Nullable Double sdLog,
      String verdict) {}
}
