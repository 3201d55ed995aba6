package io.slablab.coordinator.store.imported;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What another harness measured.
 *
 * @param name of the suite
 * @param metrics ids of ours that the trials have, the first being theirs
 * @param baseline one of the variants
 * @param variants in the order of the design
 * @param sources files that were read; kept beside the run
 */
public record ForeignCampaign(
    String name,
    List<String> metrics,
    String baseline,
    List<String> variants,
    List<Cell> cells,
    List<Trial> trials,
    List<Path> sources) {

  public ForeignCampaign {
    metrics = List.copyOf(metrics);
    variants = List.copyOf(variants);
    cells = List.copyOf(cells);
    trials = List.copyOf(trials);
    sources = List.copyOf(sources);
  }

  /**
   * @param id unique on its host
   * @param engine sim where numbers are of a simulated machine, else imported
   * @param params by name, in order
   */
  public record Cell(
      String host,
      String id,
      String engine,
      String workload,
      Map<String, String> params,
      String layout,
      int cores,
      String memory) {}

  /**
   * @param block from 0
   * @param position place in the block, from 0
   * @param opsPerSecond of each iteration
   * @param latency null where nothing was recorded
   * @param failure why the trial has no result; null where it has one
   */
  public record Trial(
      String host,
      String cell,
      int block,
      int position,
      String variant,
      double[] opsPerSecond,
      @Nullable Latency latency,
      @Nullable String failure) {

    /** Of rates: one that is no finite number, or below 0, makes the trial a failed one. */
    static Trial of(
        Cell cell,
        int block,
        int position,
        String variant,
        double[] opsPerSecond,
        @Nullable Latency latency) {
      @Nullable String failure = opsPerSecond.length == 0 ? "no iteration" : null;
      for (int i = opsPerSecond.length - 1; i >= 0; i--) {
        if (!(opsPerSecond[i] >= 0 && Double.isFinite(opsPerSecond[i]))) {
          failure = "iteration " + i + " is " + opsPerSecond[i];
        }
      }
      return new Trial(
          cell.host(), cell.id(), block, position, variant, opsPerSecond, latency, failure);
    }
  }

  /** Quantiles in nanoseconds of all recorded operations of a trial. */
  public record Latency(
      long count, double p50Ns, double p90Ns, double p99Ns, double p999Ns, double maxNs) {}
}
