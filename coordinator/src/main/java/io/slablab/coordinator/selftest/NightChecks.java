package io.slablab.coordinator.selftest;

import io.slablab.coordinator.selftest.SyntheticCampaign.Truth;
import io.slablab.coordinator.stats.GateNight;
import io.slablab.coordinator.stats.GateSizes;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsCalculator;
import io.slablab.coordinator.verdict.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Nights of a gate: a screen of all cells, then new blocks of those it flagged. Screens are as long
 * as the deviation asks for that a cell's history told.
 */
final class NightChecks {
  static final int CELLS = 200;

  /** Cells of a night that lost; the others did not change. */
  static final int LOSING = 10;

  static final double MOST_FALSE_ALARMS = 0.01;
  static final double LEAST_POWER = 0.90;
  private static final int NULL_NIGHTS = 25;
  private static final int LOSING_NIGHTS = 2;
  private static final double LOSS = 0.03;

  /** Iterations of a trial: nights are many. */
  private static final int ITERATIONS = 10;

  private static final double[] SDS = {0.01, 0.02, 0.03};
  private static final Noise[] NULLS = {
    Noise.normal(ITERATIONS, 1),
    Noise.normal(ITERATIONS, 1).withDrift(0.04),
    Noise.normal(ITERATIONS, 1).withModes(0.005),
    Noise.normal(ITERATIONS, 1).withCorrelation(0.8),
    Noise.normal(ITERATIONS, 1).withDisturbed(0.05)
  };

  private final Settings settings;
  private final int campaigns;
  private final Seeds seeds;

  NightChecks(Settings settings, int campaigns, Seeds seeds) {
    this.settings = settings;
    this.campaigns = campaigns;
    this.seeds = seeds;
  }

  /** Nights in which nothing changed: any regression is a false alarm. */
  Check falseAlarms() {
    List<Truth> truths =
        IntStream.range(0, CELLS)
            .mapToObj(cell -> {
              double sd = SDS[cell % SDS.length];
              return screen(0, sd, NULLS[cell % NULLS.length].withBlockSd(sd));
            })
            .toList();
    int nights = NULL_NIGHTS * campaigns;
    int alarms =
        IntStream.range(0, nights)
            .parallel()
            .map(night -> regressions(seeds.of("null", night), truths).isEmpty() ? 0 : 1)
            .sum();
    return Check.of(
        Check.Kind.FALSE_ALARM,
        "null nights of " + CELLS + " cells, block sd 1 to 3 %",
        0,
        alarms,
        nights,
        0,
        MOST_FALSE_ALARMS);
  }

  /**
   * Nights in which some cells lost 3 %.
   *
   * @param promised whether so noisy cells are promised anything
   */
  Check power(double sd, boolean promised) {
    Noise noise = Noise.normal(ITERATIONS, sd).withDrift(0.04);
    List<Truth> truths =
        IntStream.range(0, CELLS)
            .mapToObj(cell -> screen(cell < LOSING ? Math.log1p(-LOSS) : 0, sd, noise))
            .toList();
    int nights = LOSING_NIGHTS * campaigns;
    int found =
        IntStream.range(0, nights)
            .parallel()
            .map(night -> {
              List<Integer> worse = regressions(seeds.of("power/" + sd, night), truths);
              return (int) worse.stream().filter(cell -> cell < LOSING).count();
            })
            .sum();
    return Check.of(
        Check.Kind.POWER,
        "3 %% loss, block sd %.0f %%".formatted(100 * sd),
        0,
        found,
        nights * LOSING,
        promised ? LEAST_POWER : 0,
        1);
  }

  private static Truth screen(double logGain, double sd, Noise noise) {
    return new Truth(logGain, GateSizes.screenBlocks(sd), noise);
  }

  /** Numbers of the cells that the night calls regressions. */
  private List<Integer> regressions(long seed, List<Truth> truths) {
    GateNight night = GateNight.screen(benefits(seed, truths));
    List<Integer> flagged = night.flagged();
    List<Truth> again = new ArrayList<>();
    for (int cell : flagged) {
      Truth truth = truths.get(cell);
      int blocks = night.confirmBlocks(cell).orElseThrow();
      again.add(new Truth(truth.logGain(), blocks, truth.noise()));
    }
    List<double[]> benefits = benefits(new Seeds(seed).of("confirm", 0), again);
    Map<Integer, double[]> fresh = new HashMap<>();
    for (int i = 0; i < flagged.size(); i++) {
      fresh.put(flagged.get(i), benefits.get(i));
    }
    List<GateNight.Cell> cells = night.confirm(fresh);
    return IntStream.range(0, cells.size())
        .filter(cell -> cells.get(cell).verdict() == GateNight.Verdict.REGRESSION)
        .boxed()
        .toList();
  }

  private List<double[]> benefits(long seed, List<Truth> truths) {
    Gains gains = GainsCalculator.compute(SyntheticCampaign.of(seed, truths), settings);
    return gains.cells().stream()
        .map(cell -> CoverageChecks.logRatios(cell.gains().getFirst()))
        .toList();
  }
}
