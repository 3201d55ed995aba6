package io.slablab.coordinator.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

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
public record GateNight(List<Screen> screens, List<Integer> flagged) {
  private static final double SCREEN_ALPHA = 0.10;
  private static final double Q = 0.05;

  /** A loss below this is none. */
  private static final double NEGLIGIBLE = 0.005;

  /** A loss below this is not worth an alarm, however sure. */
  private static final double LEAST_LOSS = 0.01;

  /** Fewest blocks that carry a verdict. */
  private static final int LEAST_BLOCKS = 5;

  private static final double CONFIDENCE = 0.95;

  /** What a cell's blocks are worth. */
  public enum Blocks {
    USABLE,
    /** Fewer than five. */
    TOO_FEW,
    /** One of them is no finite number. */
    BAD_VALUE,
    /** All are equal: nothing varies where everything should. */
    IDENTICAL
  }

  /**
   * @param pValue of "the loss is at most 0.5 %", exact signed rank; NaN of unusable blocks
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
   * @param loss Hodges-Lehmann estimate of the new blocks' benefit, log scale
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

  /** Screens the cells by their first blocks. */
  public static GateNight screen(List<double[]> cells) {
    List<Screen> screens = cells.stream().map(GateNight::screen).toList();
    return new GateNight(
        screens,
        IntStream.range(0, screens.size()).filter(c -> screens.get(c).flagged()).boxed().toList());
  }

  private static Screen screen(double[] u) {
    Blocks blocks = judge(u);
    if (blocks != Blocks.USABLE) {
      return new Screen(blocks, Double.NaN, false, Double.NaN);
    }
    double p = pValue(u);
    return new Screen(blocks, p, p <= SCREEN_ALPHA, Samples.robustDeviation(u));
  }

  private static Blocks judge(double[] u) {
    if (u.length < LEAST_BLOCKS) {
      return Blocks.TOO_FEW;
    }
    if (!Arrays.stream(u).allMatch(Double::isFinite)) {
      return Blocks.BAD_VALUE;
    }
    return Samples.identical(u) ? Blocks.IDENTICAL : Blocks.USABLE;
  }

  private static double pValue(double[] u) {
    return SignedRank.test(u, -MarginTests.margin(NEGLIGIBLE)).pLess();
  }

  /** New blocks that a flagged cell needs; empty for the others. */
  public OptionalInt confirmBlocks(int cell) {
    Screen screen = screens.get(cell);
    return screen.flagged()
        ? OptionalInt.of(GateSizes.confirmBlocks(screen.robustSd(), flagged.size()))
        : OptionalInt.empty();
  }

  /**
   * The verdicts of all cells.
   *
   * @param fresh new blocks by cell, measured after the screen. More than {@link #confirmBlocks}
   *     are cut, as their number must not depend on what they say; fewer confirm nothing.
   */
  public List<Cell> confirm(Map<Integer, double[]> fresh) {
    double[] p = new double[flagged.size()];
    List<double[]> blocks = new ArrayList<>();
    for (int f = 0; f < p.length; f++) {
      double[] u = confirming(flagged.get(f), fresh);
      blocks.add(u);
      p[f] = u.length == 0 ? 1 : pValue(u);
    }
    double[] adjusted = Multiplicity.benjaminiHochberg(p);
    List<Cell> cells = new ArrayList<>();
    screens.forEach(screen -> cells.add(unflagged(screen)));
    for (int f = 0; f < p.length; f++) {
      cells.set(flagged.get(f), confirmed(blocks.get(f), p[f], adjusted[f]));
    }
    return List.copyOf(cells);
  }

  /** The blocks that count; none where they are not enough. */
  private double[] confirming(int cell, Map<Integer, double[]> fresh) {
    int needed = confirmBlocks(cell).orElseThrow();
    double[] measured = fresh.getOrDefault(cell, new double[0]);
    double[] u = Arrays.copyOf(measured, Math.min(needed, measured.length));
    return u.length == needed && judge(u) == Blocks.USABLE ? u : new double[0];
  }

  private static Cell unflagged(Screen screen) {
    return Cell.without(screen.blocks() == Blocks.USABLE ? Verdict.PASSED : Verdict.INCONCLUSIVE);
  }

  private static Cell confirmed(double[] u, double p, double adjusted) {
    if (u.length == 0) {
      return Cell.without(Verdict.INCONCLUSIVE);
    }
    double loss = HodgesLehmann.paired(u, CONFIDENCE).estimate();
    boolean regression = adjusted <= Q && loss <= -MarginTests.margin(LEAST_LOSS);
    return new Cell(
        regression ? Verdict.REGRESSION : Verdict.PASSED,
        OptionalDouble.of(p),
        OptionalDouble.of(adjusted),
        OptionalDouble.of(loss));
  }
}
