package io.slablab.coordinator.verdict.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slablab.coordinator.verdict.CampaignData;
import io.slablab.coordinator.verdict.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two campaigns cell by cell; {@code compare --json} prints this record. Fractions throughout.
 *
 * @param schema {@value #SCHEMA}
 * @param base campaign
 * @param candidate campaign
 * @param q false discovery rate of a family: gains, or levels, of one metric
 * @param differences of the hosts, each in a line
 * @param onlyBase cells the candidate does not have
 * @param onlyCandidate cells the base does not have
 */
public record Compared(
    String schema,
    String base,
    String candidate,
    double q,
    List<String> differences,
    List<Row> rows,
    List<String> onlyBase,
    List<String> onlyCandidate) {
  public static final String SCHEMA = "slablab/compare/1";

  /** What is compared. */
  public enum Kind {
    /** Gains over the baseline: pairing took most of what the host did from either. */
    GAIN,
    /** A variant's own values: UNPAIRED, whatever changed is in them. */
    LEVEL
  }

  /**
   * @param before mean gain, or level, of the base
   * @param after of the candidate
   * @param change of the ratio: (1 + after) / (1 + before) - 1 of gains, after / before - 1 of
   *     levels; null without an interval
   * @param mde loss that would have been found with 90 % power at the family's level
   * @param blocksNeeded of either campaign for a loss of 3 %, where nothing is shown
   */
  public record Row(
      Kind kind,
      String host,
      String cell,
      CampaignData.Placement placement,
      String variant,
      String metric,
      String unit,
      @Nullable Double before,
      @Nullable Double after,
      @Nullable Double change,
      @Nullable Double low,
      @Nullable Double high,
      double confidence,
      int blocksBefore,
      int blocksAfter,
      @JsonProperty("pAdjusted") @Nullable Double pAdjusted,
      @Nullable Double mde,
      @Nullable Integer blocksNeeded,
      Verdict verdict) {}

  public long count(Kind kind, Verdict verdict) {
    return rows.stream().filter(row -> row.kind() == kind && row.verdict() == verdict).count();
  }
}
