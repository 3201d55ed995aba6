package io.slablab.coordinator.stats;

import io.slablab.coordinator.stats.GateSample.Blocks;
import io.slablab.coordinator.stats.GateSample.Paired;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One night of a gate: every cell is screened, and what the screen flags is confirmed on new blocks
 * alone. The confirmation knows nothing of the screen, so that its family of the flagged holds the
 * night's rate of false alarms, whatever the screen let through.
 *
 * <p>Values are benefit log ratios, positive where the candidate is better. A cell's number is its
 * index in the list of the screen.
 *
 * @param screens of all cells, in order
 * @param flagged numbers of the cells that need new blocks, ascending
 */
public record GateNight(GateRule rule, List<Screen> screens, List<Integer> flagged) {

  /**
   * @param pValue of "the loss is negligible"; NaN of unusable blocks
   * @param flagged whether the cell is to be confirmed
   * @param robustSd of the blocks; NaN of unusable blocks
   */
  public record Screen(Blocks blocks, double pValue, boolean flagged, double robustSd) {}

  /** How a cell leaves the night. */
  public enum Verdict {
    REGRESSION,
    PASSED,
    /** Unusable blocks, or flagged and not confirmed: first in line the next night. */
    INCONCLUSIVE
  }

  /**
   * @param pValue of the new blocks; empty where they were not needed or not usable
   * @param adjusted over all flagged cells
   * @param loss estimate of the new blocks' benefit, log scale
   */
  public record Cell(
      Verdict verdict, OptionalDouble pValue, OptionalDouble adjusted, OptionalDouble loss) {
    private static Cell without(Verdict verdict) {
      return new Cell(
          verdict, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }
  }

  public GateNight {
    screens = List.copyOf(screens);
    flagged = List.copyOf(flagged);
  }

  /** Screens the cells by their first pairs, by the default rule. */
  public static GateNight screen(List<double[]> cells) {
    return screen(GateRule.DEFAULT, cells.stream().map(Paired::new).toList());
  }

  /** Screens the cells by their first blocks. */
  public static GateNight screen(GateRule rule, List<? extends GateSample> cells) {
    List<Screen> screens = cells.stream().map(cell -> screen(rule, cell)).toList();
    return new GateNight(
        rule,
        screens,
        IntStream.range(0, screens.size()).filter(c -> screens.get(c).flagged()).boxed().toList());
  }

  private static Screen screen(GateRule rule, GateSample sample) {
    Blocks blocks = sample.judge();
    if (blocks != Blocks.USABLE) {
      return new Screen(blocks, Double.NaN, false, Double.NaN);
    }
    double p = sample.pLoss(rule.negligible());
    return new Screen(blocks, p, p <= GateRule.SCREEN_ALPHA, sample.deviation());
  }

  /** New blocks that a flagged cell needs; empty for the others. */
  public OptionalInt confirmBlocks(int cell) {
    Screen screen = screens.get(cell);
    return screen.flagged()
        ? OptionalInt.of(GateSizes.confirmBlocks(rule, screen.robustSd(), flagged.size()))
        : OptionalInt.empty();
  }

  /**
   * The verdicts of all cells.
   *
   * @param fresh new pairs by cell, measured after the screen. More than {@link #confirmBlocks} are
   *     cut, as their number must not depend on what they say; fewer confirm nothing.
   */
  public List<Cell> confirm(Map<Integer, double[]> fresh) {
    Map<Integer, GateSample> enough = new HashMap<>();
    for (int cell : flagged) {
      int needed = confirmBlocks(cell).orElseThrow();
      double[] measured = fresh.getOrDefault(cell, new double[0]);
      if (measured.length >= needed) {
        enough.put(cell, new Paired(Arrays.copyOf(measured, needed)));
      }
    }
    return conclude(enough);
  }

  /**
   * The verdicts of all cells.
   *
   * @param fresh new blocks by cell, as many as somebody decided before any of them was seen. Where
   *     they are fewer than {@link #confirmBlocks} they may prove a loss, but not that there is
   *     none.
   */
  public List<Cell> conclude(Map<Integer, ? extends GateSample> fresh) {
    double[] p = flagged.stream().mapToDouble(cell -> pValue(fresh.get(cell))).toArray();
    double[] adjusted = Multiplicity.benjaminiHochberg(p);
    List<Cell> cells = new ArrayList<>();
    screens.forEach(screen -> cells.add(unflagged(screen)));
    for (int f = 0; f < p.length; f++) {
      int cell = flagged.get(f);
      cells.set(cell, concluded(cell, fresh.get(cell), p[f], adjusted[f]));
    }
    return List.copyOf(cells);
  }

  /** What is not there, or not usable, stays in the family and claims nothing. */
  private double pValue(@Nullable GateSample sample) {
    return sample == null || sample.judge() != Blocks.USABLE ? 1 : sample.pLoss(rule.negligible());
  }

  private static Cell unflagged(Screen screen) {
    return Cell.without(screen.blocks() == Blocks.USABLE ? Verdict.PASSED : Verdict.INCONCLUSIVE);
  }

  private Cell concluded(int cell, @Nullable GateSample sample, double p, double adjusted) {
    if (sample == null || sample.judge() != Blocks.USABLE) {
      return Cell.without(Verdict.INCONCLUSIVE);
    }
    double loss = sample.benefit();
    boolean regression = adjusted <= rule.q() && loss <= -MarginTests.margin(rule.leastLoss());
    boolean enough = sample.size() >= confirmBlocks(cell).orElseThrow();
    Verdict otherwise = enough ? Verdict.PASSED : Verdict.INCONCLUSIVE;
    return new Cell(
        regression ? Verdict.REGRESSION : otherwise,
        OptionalDouble.of(p),
        OptionalDouble.of(adjusted),
        OptionalDouble.of(loss));
  }
}
