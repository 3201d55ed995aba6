package io.slablab.coordinator.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.coordinator.stats.GateNight.Cell;
import io.slablab.coordinator.stats.GateNight.Verdict;
import io.slablab.coordinator.stats.GateSample.Blocks;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden nights of the gate, and what the gate promises over many of them. */
class GateFixturesTest {
  static Stream<Fixture> nights() {
    return Fixture.cases("gate", "night");
  }

  @ParameterizedTest
  @MethodSource("nights")
  void night(Fixture c) {
    JsonNode expected = c.get("expected");
    GateNight night = GateNight.screen(c.rows("screen"));
    for (int i = 0; i < night.screens().size(); i++) {
      JsonNode screen = expected.get("screen").get(i);
      c.close(screen, "p_screen", night.screens().get(i).pValue());
      assertThat(night.screens().get(i).flagged()).isEqualTo(screen.get("flagged").asBoolean());
    }
    assertThat(night.flagged())
        .isEqualTo(expected.get("flagged").valueStream().map(JsonNode::asInt).toList());
    Map<Integer, double[]> fresh = new HashMap<>();
    c.get("confirm_pool")
        .properties()
        .forEach(e -> fresh.put(Integer.valueOf(e.getKey()), Fixture.numbers(e.getValue())));
    List<Cell> cells = night.confirm(fresh);
    for (int f = 0; f < night.flagged().size(); f++) {
      int cell = night.flagged().get(f);
      c.close(
          "sd", night.screens().get(cell).robustSd(), expected.get("robust_sd").get(f).asDouble());
      assertThat(night.confirmBlocks(cell)).hasValue(expected.get("confirm_blocks").get(f).asInt());
      JsonNode confirm = expected.get("confirm").get(f);
      c.close(confirm, "p_confirm", cells.get(cell).pValue().orElseThrow());
      c.close(confirm, "p_confirm_bh", cells.get(cell).adjusted().orElseThrow());
      c.close(confirm, "hl_log", cells.get(cell).loss().orElseThrow());
      assertThat(cells.get(cell).verdict() == Verdict.REGRESSION)
          .isEqualTo(confirm.get("regression").asBoolean());
    }
  }

  static Stream<Fixture> histories() {
    return Fixture.cases("gate", "history");
  }

  @ParameterizedTest
  @MethodSource("histories")
  void history(Fixture c) {
    JsonNode expected = c.get("expected");
    HistoryGate.Compared gate =
        (HistoryGate.Compared) HistoryGate.of(c.number("tonight"), c.numbers("past"));
    assertThat(gate.nights()).isEqualTo(expected.get("K").asInt());
    c.close(expected, "mean", gate.mean());
    c.close(expected, "sd", gate.sd());
    c.close(expected, "t", gate.t());
    c.close(expected, "p_less", gate.pLess());
  }

  @Test
  void historyForgetsAndRefuses() {
    double[] past = new SplittableRandom(1).doubles(30, 0.07, 0.09).toArray();
    assertThat(HistoryGate.of(0.08, past))
        .isEqualTo(HistoryGate.of(0.08, Arrays.copyOfRange(past, 10, 30)));
    double[] holes = Arrays.copyOf(past, 12);
    holes[3] = Double.NaN;
    assertThat(((HistoryGate.Compared) HistoryGate.of(0.08, holes)).nights()).isEqualTo(11);
    assertThat(HistoryGate.of(0.08, Arrays.copyOf(past, 7)))
        .isEqualTo(new HistoryGate.Unknown(HistoryGate.Why.TOO_FEW_NIGHTS));
    assertThat(HistoryGate.of(Double.NaN, past))
        .isEqualTo(new HistoryGate.Unknown(HistoryGate.Why.BAD_VALUE));
    assertThat(HistoryGate.of(0.08, new double[9]))
        .isEqualTo(new HistoryGate.Unknown(HistoryGate.Why.IDENTICAL));
  }

  private static double[] blocks(SplittableRandom random, int n, double benefit, double sd) {
    double[] u = new double[n];
    Arrays.setAll(u, i -> benefit + sd * random.nextGaussian());
    return u;
  }

  /** Plays a night of 200 cells, the first of which have lost 3 %. */
  private static List<Cell> play(long seed, int losers, double sd) {
    SplittableRandom random = new SplittableRandom(seed);
    double loss = Math.log1p(-0.03);
    GateNight night =
        GateNight.screen(
            IntStream.range(0, 200)
                .mapToObj(
                    c -> blocks(random, GateSizes.screenBlocks(sd), c < losers ? loss : 0, sd))
                .toList());
    Map<Integer, double[]> fresh = new HashMap<>();
    for (int cell : night.flagged()) {
      int n = night.confirmBlocks(cell).orElseThrow();
      fresh.put(cell, blocks(random, n, cell < losers ? loss : 0, sd));
    }
    return night.confirm(fresh);
  }

  private static boolean regressed(Cell cell) {
    return cell.verdict() == Verdict.REGRESSION;
  }

  /** At most 1 % of nights of 200 equal cells raise an alarm. */
  @Test
  void quietNightsAreQuiet() {
    long alarms =
        IntStream.range(0, 400)
            .parallel()
            .filter(seed -> play(seed, 0, 0.015).stream().anyMatch(GateFixturesTest::regressed))
            .count();
    assertThat(alarms).isLessThanOrEqualTo(8);
  }

  /** Of losses of 3 % at a block deviation of 2 % nine in ten are found. */
  @Test
  void lossesAreFound() {
    long found =
        IntStream.range(0, 60)
            .parallel()
            .mapToLong(seed ->
                play(seed, 10, 0.02).stream().limit(10).filter(GateFixturesTest::regressed).count())
            .sum();
    assertThat(found / 600.0).isGreaterThan(0.90);
  }

  @Test
  void unusableBlocksAreInconclusive() {
    double[] constant = {-0.05, -0.05, -0.05, -0.05, -0.05, -0.05, -0.05, -0.05};
    double[] holed = {-0.05, -0.04, Double.NaN, -0.05, -0.06, -0.05, -0.07, -0.05};
    GateNight night =
        GateNight.screen(List.of(new double[0], new double[] {-0.1}, constant, holed));
    assertThat(night.screens())
        .extracting(GateNight.Screen::blocks)
        .containsExactly(Blocks.TOO_FEW, Blocks.TOO_FEW, Blocks.IDENTICAL, Blocks.BAD_VALUE);
    assertThat(night.flagged()).isEmpty();
    assertThat(night.confirm(Map.of()))
        .allSatisfy(cell -> assertThat(cell.verdict()).isEqualTo(Verdict.INCONCLUSIVE));
    assertThat(GateNight.screen(List.of()).confirm(Map.of())).isEmpty();
  }

  /** What the budget left unconfirmed is carried on, and weighs in the family as a p of 1. */
  @Test
  void unconfirmedCellsAreInconclusive() {
    SplittableRandom random = new SplittableRandom(2);
    List<double[]> cells =
        IntStream.range(0, 3).mapToObj(c -> blocks(random, 8, -0.04, 0.01)).toList();
    GateNight night = GateNight.screen(cells);
    assertThat(night.flagged()).containsExactly(0, 1, 2);
    double[] enough = blocks(random, 60, -0.04, 0.01);
    double[] broken = enough.clone();
    broken[1] = Double.NaN;
    List<Cell> verdicts = night.confirm(Map.of(0, enough, 1, Arrays.copyOf(enough, 15), 2, broken));
    assertThat(verdicts)
        .extracting(Cell::verdict)
        .containsExactly(Verdict.REGRESSION, Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE);
    assertThat(verdicts.getFirst().adjusted().orElseThrow())
        .isCloseTo(3 * verdicts.getFirst().pValue().orElseThrow(), within(1e-12));
  }

  /** Sure but small: no alarm. */
  @Test
  void smallLossesPass() {
    SplittableRandom random = new SplittableRandom(3);
    GateNight night = GateNight.screen(List.of(blocks(random, 16, -0.008, 0.001)));
    Cell cell = night.confirm(Map.of(0, blocks(random, 60, -0.008, 0.001))).getFirst();
    assertThat(cell.adjusted().orElseThrow()).isLessThan(0.001);
    assertThat(cell.verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void noisyScreensMissLosses() {
    assertThat(GateSizes.screenPower(0.01, 8, 0.10)).isGreaterThan(0.99);
    assertThat(GateSizes.screenPower(0.06, 8, 0.10)).isLessThan(0.5);
    double[] disturbed = {-0.01, 0.01, 0.002, -0.004, 0.006, -0.3, 0.004, -0.008};
    assertThat(Samples.robustDeviation(disturbed)).isLessThan(0.02);
    assertThat(Samples.robustDeviation(new double[] {1, 1, 1, 1, 2}))
        .isCloseTo(0.4472, within(1e-4));
  }

  /**
   * Blocks that were planned as a confirmation, but too few: a plain loss is found all the same.
   */
  @Test
  void shortConfirmationsProveLossesAndNothingElse() {
    SplittableRandom random = new SplittableRandom(4);
    GateNight night =
        GateNight.screen(List.of(blocks(random, 8, -0.3, 0.06), blocks(random, 8, -0.08, 0.06)));
    assertThat(night.flagged()).containsExactly(0, 1);
    assertThat(night.confirmBlocks(0).orElseThrow()).isGreaterThan(16);
    List<Cell> cells =
        night.conclude(
            Map.of(
                0, new GateSample.Paired(blocks(random, 16, -0.3, 0.06)),
                1, new GateSample.Paired(blocks(random, 16, 0, 0.06))));
    assertThat(cells)
        .extracting(Cell::verdict)
        .containsExactly(Verdict.REGRESSION, Verdict.INCONCLUSIVE);
  }

  @Test
  void aRuleKeepsItsProportions() {
    GateRule rule = GateRule.of(0.06, 0.01);
    assertThat(rule.negligible()).isCloseTo(0.01, within(1e-15));
    assertThat(rule.leastLoss()).isCloseTo(0.02, within(1e-15));
    assertThat(GateSizes.confirmBlocks(rule, 0.05, 1)).isLessThan(GateSizes.confirmBlocks(0.05, 1));
    assertThatThrownBy(() -> GateRule.of(0, 0.05)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GateRule.of(0.03, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Two campaigns of one truth: the screen's level holds; of 3 % apart: they are told apart. */
  @Test
  void campaignsAreComparedByWelch() {
    SplittableRandom random = new SplittableRandom(5);
    int flagged = 0;
    int found = 0;
    for (int i = 0; i < 1000; i++) {
      double[] reference = blocks(random, 12, 0.1, 0.01);
      flagged += flags(new GateSample.Between(blocks(random, 10, 0.095, 0.012), reference));
      found += flags(new GateSample.Between(blocks(random, 10, 0.07, 0.012), reference));
    }
    assertThat(flagged).isBetween(60, 140); // the loss is the negligible one: one in ten
    assertThat(found).isGreaterThan(980);
  }

  private static int flags(GateSample sample) {
    return GateNight.screen(GateRule.DEFAULT, List.of(sample)).flagged().size();
  }
}
