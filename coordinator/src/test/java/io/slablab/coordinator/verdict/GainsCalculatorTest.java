package io.slablab.coordinator.verdict;

import static io.slablab.coordinator.verdict.Campaigns.BASE;
import static io.slablab.coordinator.verdict.Campaigns.TREAT;
import static io.slablab.coordinator.verdict.Campaigns.only;
import static io.slablab.coordinator.verdict.Campaigns.the;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slablab.coordinator.verdict.TrialSummary.Iteration;
import io.slablab.coordinator.verdict.TrialSummary.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GainsCalculatorTest {
  @Test
  void findsAClearGain() {
    Gains gains = GainsCalculator.compute(Campaigns.noisy(1, 10, 0.05, 0.005).data());
    Gains.Row row = gains.rows().getFirst();
    assertThat(row.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(row.gain()).isCloseTo(0.05, within(0.01));
    assertThat(row.low()).isLessThan(row.gain());
    assertThat(row.high()).isGreaterThan(row.gain());
    assertThat(the(row.treatment()) / the(row.baseline()) - 1).isCloseTo(row.gain(), within(1e-12));
    assertThat(row.mde()).isBetween(0.005, 0.03);
    assertThat(row.hodgesLehmann()).isNotNull();
    assertThat(row.selected()).isNotNull();
    assertThat(row.blocksNeeded()).isNull();
    assertThat(row.points()).hasSize(10);
    assertThat(row.warnings()).isEmpty();
    assertThat(gains.families())
        .containsExactly(new Gains.Family("throughput", 1, 0.05, 1, 0, 0, 0));
    assertThat(gains.overall().getFirst().gain()).isCloseTo(row.gain(), within(1e-12));
    assertThat(gains.overall().getFirst().worstCell()).isEqualTo("h1/cell");
    assertThat(gains.cells().getFirst().warmup()).isEqualTo(new Gains.Warmup(2, 10, false, 0.0, 0));
  }

  @Test
  void tellsWorseEquivalentAndInconclusive() {
    assertThat(only(Campaigns.noisy(2, 10, -0.05, 0.005).data()).verdict())
        .isEqualTo(Verdict.WORSE);
    assertThat(only(Campaigns.noisy(3, 10, 0, 0.005).data()).verdict())
        .isEqualTo(Verdict.EQUIVALENT);
    Gains.Row row = only(Campaigns.noisy(4, 8, 0, 0.1).data());
    assertThat(row.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(row.blocksNeeded()).isGreaterThan(8);
  }

  @Test
  void fewBlocksGiveNoInterval() {
    Gains.Row row = only(Campaigns.noisy(5, 4, 0.05, 0.005).data());
    assertThat(row.gain()).isCloseTo(0.05, within(0.01));
    assertThat(row.low()).isNull();
    assertThat(row.mde()).isNull();
    assertThat(row.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(row.warnings()).containsExactly("n too small: n=4, an interval needs 5 blocks");
  }

  @Test
  void identicalValuesGiveNoInterval() {
    Campaigns campaign = new Campaigns(1, "throughput").cell("cell");
    IntStream.range(0, 8).forEach(b -> campaign.block("cell", b, 1000, 1010));
    Gains.Row row = only(campaign.data());
    assertThat(row.gain()).isCloseTo(0.01, within(1e-9));
    assertThat(row.high()).isNull();
    assertThat(row.flags()).containsExactly(Flag.IDENTICAL);
    assertThat(row.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void failedAndMissingTrialsAreNamed() {
    Campaigns campaign = Campaigns.noisy(6, 10, 0, 0.005);
    campaign
        .trial("cell", 10, BASE, Campaigns.steady(1e6))
        .failed("cell", 10, TREAT, "killed by signal 9");
    campaign.missing("cell", 11, BASE).missing("cell", 11, TREAT);
    Gains gains = GainsCalculator.compute(campaign.data());
    Gains.Row row = gains.rows().getFirst();
    assertThat(row.blocks()).isEqualTo(10);
    assertThat(row.blocksPlanned()).isEqualTo(12);
    assertThat(row.verdict()).isEqualTo(Verdict.EQUIVALENT);
    assertThat(row.warnings())
        .containsExactly(
            "10 of 12 blocks complete: baseline did not run in block 11; ctor-dtor failed in block"
                + " 10 (killed by signal 9); ctor-dtor did not run in block 11");
    assertThat(gains.cells().getFirst().trials()).isEqualTo(new Gains.TrialCounts(24, 21, 1, 2));
    Summary summary = Summary.of(gains, Optional.empty());
    assertThat(summary.exitCode()).isEqualTo(5);
    assertThat(summary.reason()).isEqualTo("results incomplete: failed trials: 1, not run: 2");
  }

  @Test
  void manyFailuresForbidAVerdict() {
    Campaigns campaign = Campaigns.noisy(7, 8, 0.05, 0.003);
    for (int b = 8; b < 16; b++) {
      campaign
          .trial("cell", b, BASE, Campaigns.steady(1e6))
          .failed("cell", b, TREAT, "out of memory");
    }
    Gains.Row row = only(campaign.data());
    assertThat(row.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(row.flags()).contains(Flag.INVALID, Flag.BIASED_INVALID, Flag.INCOMPLETE);
  }

  @Test
  void nothingAtAllIsAbsentEvidence() {
    Campaigns campaign = new Campaigns(1, "throughput", "latency-p99", "system-time").cell("cell");
    campaign.missing("cell", 0, BASE).missing("cell", 0, TREAT);
    for (Gains.Row row : GainsCalculator.compute(campaign.data()).rows()) {
      assertThat(row.gain()).isNull();
      assertThat(row.baseline()).isNull();
      assertThat(row.flags()).contains(Flag.ABSENT);
      assertThat(row.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }
  }

  @Test
  void driftForbidsAVerdictUnlessAccepted() {
    Campaigns campaign = new Campaigns(1, "throughput").cell("cell");
    for (int b = 0; b < 8; b++) {
      campaign.trial("cell", b, BASE, Campaigns.steady(1e6 + 1000 * b));
      List<Iteration> rising = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        rising.add(Campaigns.iteration((1.2e6 + 2000 * (b % 3)) * (1 + 0.01 * i)));
      }
      campaign.trial("cell", b, TREAT, rising);
    }
    Gains.Row row = only(campaign.data());
    assertThat(row.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(row.flags()).contains(Flag.NOT_STEADY);
    assertThat(row.drift().treatment()).isNotNull();
    assertThat(the(row.drift().treatment()).drift()).isGreaterThan(0.05);
    Settings d = Settings.defaults();
    Settings accepting =
        new Settings(
            d.confidence(),
            d.q(),
            d.negligible(),
            d.equivalence(),
            d.minEffect(),
            d.targetEffect(),
            d.power(),
            d.minBlocks(),
            d.driftTolerance(),
            d.maxInvalid(),
            1,
            true,
            d.resamples());
    Gains accepted = GainsCalculator.compute(campaign.data(), accepting);
    assertThat(accepted.rows().getFirst().verdict()).isEqualTo(Verdict.BETTER);
  }

  @Test
  void warmupIsCutFromEveryTrial() {
    Campaigns campaign = new Campaigns(1, "throughput").cell("cell");
    for (int b = 0; b < 8; b++) {
      campaign.trial("cell", b, BASE, warming(1e6 + 700 * b, 40, 10));
      campaign.trial("cell", b, TREAT, warming(1.1e6 + 900 * (b % 4), 40, 5));
    }
    Gains gains = GainsCalculator.compute(campaign.data());
    assertThat(the(gains.cells().getFirst().warmup()).dropped()).isGreaterThanOrEqualTo(10);
    assertThat(gains.rows().getFirst().baseline()).isCloseTo(1e6, within(5e3));
  }

  private static List<Iteration> warming(double rate, int iterations, int slow) {
    List<Iteration> list = new ArrayList<>();
    for (int i = 0; i < iterations; i++) {
      list.add(Campaigns.iteration(rate * (i < slow ? 0.5 : 1 + 0.0005 * (i % 3))));
    }
    return list;
  }

  @Test
  void systemTimeNearZeroIsARatioOfMeansOrADifference() {
    Gains.Row measurable = only(systemTime(500_000_000L, 400_000_000L));
    assertThat(measurable.method()).isEqualTo("fieller");
    assertThat(measurable.gain()).isCloseTo(-0.2, within(0.02));
    assertThat(measurable.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(measurable.low()).isLessThan(measurable.gain());
    assertThat(measurable.sdLog()).isNull();
    assertThat(measurable.mde()).isPositive();
    assertThat(only(systemTime(400_000_000L, 500_000_000L)).verdict()).isEqualTo(Verdict.WORSE);

    Gains.Row undefined = only(systemTime(0, 1_000_000L));
    assertThat(undefined.method()).isEqualTo("difference");
    assertThat(undefined.gain()).isNull();
    assertThat(undefined.difference()).isNotNull();
    assertThat(the(undefined.difference()).value()).isPositive();
    assertThat(undefined.flags()).contains(Flag.NEAR_ZERO, Flag.RATIO_UNDEFINED);
    assertThat(undefined.verdict()).isEqualTo(Verdict.INCONCLUSIVE);

    Gains.Row large = only(systemTime(50_000_000_000L, 40_000_000_000L));
    assertThat(large.method()).isEqualTo("paired-t");
    assertThat(large.verdict()).isEqualTo(Verdict.BETTER);
  }

  private static CampaignData systemTime(long baselineNs, long treatmentNs) {
    Campaigns campaign = new Campaigns(1, "system-time").cell("cell");
    for (int b = 0; b < 8; b++) {
      long jitter = b * 1_000_000L * (b % 2 == 0 ? 1 : -1);
      campaign.trial(
          "cell", b, BASE, withSystem(Math.max(0, baselineNs + (baselineNs == 0 ? 0 : jitter))));
      campaign.trial("cell", b, TREAT, withSystem(Math.max(0, treatmentNs - 2 * jitter)));
    }
    return campaign.data();
  }

  private static List<Iteration> withSystem(long systemNs) {
    return List.of(new Iteration(1_000_000_000L, 1000, null, systemNs, systemNs, 0L));
  }

  @Test
  void absentSystemTimeIsNotZero() {
    Campaigns campaign = new Campaigns(1, "system-time").cell("cell");
    IntStream.range(0, 8).forEach(b -> campaign.block("cell", b, 1000 + b, 1010));
    assertThat(only(campaign.data()).flags()).containsExactly(Flag.ABSENT);
  }

  @Test
  void lessMemoryIsBetter() {
    Gains.Row row = only(idleBytes(b -> 40960.0 + 4096 * (b % 2), b -> 90112.0 + 4096 * (b % 3)));
    assertThat(row.unit()).isEqualTo("B");
    assertThat(row.higherIsBetter()).isFalse();
    assertThat(row.method()).isEqualTo("paired-t");
    assertThat(row.gain()).isGreaterThan(1);
    assertThat(row.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(only(idleBytes(b -> 90112.0 + 4096 * (b % 3), b -> 8192.0 + 64 * (b % 2))).verdict())
        .isEqualTo(Verdict.BETTER);
  }

  @Test
  void aBaselineThatKeepsNothingHasADifferenceAndNoRatio() {
    Gains.Row varying = only(idleBytes(_ -> 0.0, b -> 90112.0 + 4096 * (b % 3)));
    assertThat(varying.gain()).isNull();
    assertThat(varying.low()).isNull();
    assertThat(varying.ratioOfMeans()).isNull();
    assertThat(varying.baseline()).isZero();
    assertThat(varying.treatment()).isBetween(90112.0, 98304.0);
    assertThat(the(varying.difference()).low()).isPositive();
    assertThat(varying.flags()).contains(Flag.RATIO_UNDEFINED);
    assertThat(varying.warnings()).anyMatch(w -> w.contains("baseline cannot be told from 0"));

    Gains.Row same = only(idleBytes(_ -> 0.0, _ -> 90112.0));
    assertThat(same.gain()).isNull();
    assertThat(the(same.difference()).value()).isEqualTo(90112);
    assertThat(the(same.difference()).low()).isNull();
    assertThat(same.flags()).contains(Flag.RATIO_UNDEFINED, Flag.IDENTICAL);
    assertThat(same.verdict()).isEqualTo(Verdict.WORSE);

    Gains.Row gone = only(idleBytes(_ -> 90112.0, _ -> 0.0));
    assertThat(gone.gain()).isNull();
    assertThat(gone.warnings()).anyMatch(w -> w.contains("treatment cannot be told from 0"));
    assertThat(gone.verdict()).isEqualTo(Verdict.BETTER);
  }

  @Test
  void countsThatAreTheSameInEveryBlockNeedNoInterval() {
    Gains.Row more = only(idleBytes(_ -> 8192.0, _ -> 12288.0));
    assertThat(more.gain()).isEqualTo(0.5, within(1e-12));
    assertThat(more.low()).isNull();
    assertThat(more.flags()).containsExactly(Flag.IDENTICAL);
    assertThat(more.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(only(idleBytes(_ -> 8192.0, _ -> 8192.0)).verdict()).isEqualTo(Verdict.EQUIVALENT);
    assertThat(only(idleBytes(_ -> 0.0, _ -> 0.0)).verdict()).isEqualTo(Verdict.EQUIVALENT);
  }

  @Test
  void absentMemoryIsNotZero() {
    Gains.Row row = only(idleBytes(_ -> 8192.0, _ -> null));
    assertThat(row.flags()).containsExactly(Flag.ABSENT);
    assertThat(row.treatment()).isNull();
    assertThat(row.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  private static CampaignData idleBytes(
      IntFunction<@Nullable Double> baseline, IntFunction<@Nullable Double> treatment) {
    Campaigns campaign = new Campaigns(1, "idle-bytes").cell("cell");
    IntStream.range(0, 8).forEach(b -> campaign.block("cell", b, 1000, 1000));
    return campaign.data(t ->
        Campaigns.withMemory(
            t, (t.variant().equals(BASE) ? baseline : treatment).apply(t.block()), null));
  }

  @Test
  void latencyKnowsItsInstrument() {
    Campaigns campaign = new Campaigns(1, "latency-p99").cell("cell");
    IntStream.range(0, 8).forEach(b -> campaign.block("cell", b, 1000, 1000));
    CampaignData data =
        campaign.data(t -> {
          double p99 = 5000 + (t.variant().equals(BASE) ? 0 : 500) + t.block() % 2;
          return Campaigns.withLatency(t, new Latency(5000, 1000.0, 2000.0, p99, null));
        });
    Gains gains = GainsCalculator.compute(data);
    Gains.Row row = gains.rows().getFirst();
    assertThat(row.unit()).isEqualTo("ns");
    assertThat(row.higherIsBetter()).isFalse();
    assertThat(row.gain()).isCloseTo(0.1, within(0.001));
    assertThat(row.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(row.flags()).contains(Flag.CO_RISK, Flag.FEW_TAIL_SAMPLES, Flag.RESOLUTION);
    assertThat(gains.notes()).anyMatch(note -> note.contains("closed loop"));
  }

  @Test
  void flagsOutliersAndKeepsThem() {
    Campaigns campaign = Campaigns.noisy(8, 11, 0.02, 0.004);
    campaign.block("cell", 11, 1e6, 0.5e6);
    Gains.Row row = only(campaign.data());
    assertThat(row.blocks()).isEqualTo(12);
    assertThat(row.flags()).contains(Flag.OUTLIERS, Flag.OUTLIER_DRIVEN);
    assertThat(row.warnings()).anyMatch(w -> w.equals("far from the rest and kept: block 11"));
  }

  @Test
  void flagsAnOrderEffect() {
    Campaigns campaign = new Campaigns(1, "throughput").cell("cell");
    for (int b = 0; b < 10; b++) {
      campaign.block("cell", b, 1e6, (b % 2 == 0 ? 1.05e6 : 1e6) + 500 * b);
    }
    assertThat(only(campaign.data()).flags()).contains(Flag.ORDER_EFFECT);
  }

  @Test
  void controlsOfADesignAgainstItselfAreCounted() {
    CampaignData same =
        Campaigns.noisy(9, 10, 0, 0.01).data(t -> Campaigns.withDesign(t, "baseline"));
    Gains gains = GainsCalculator.compute(same);
    assertThat(gains.rows().getFirst().aa()).isTrue();
    assertThat(gains.notes())
        .containsExactly("A/A control: 0 of 1 intervals of a design against itself exclude 0.");
    assertThat(only(Campaigns.noisy(9, 10, 0, 0.01).data()).aa()).isFalse();
  }

  @Test
  void theFamilyMakesClaimsHarder() {
    Campaigns alone = Campaigns.noisy(10, 8, 0.018, 0.012);
    Campaigns crowd = Campaigns.noisy(10, 8, 0.018, 0.012);
    for (int c = 0; c < 20; c++) {
      String id = "quiet-" + c;
      crowd.cell(id);
      for (int b = 0; b < 8; b++) {
        crowd.block(id, b, 1e6 + 1000 * ((b * 7 + c) % 5), 1e6 + 1000 * ((b * 3 + c) % 5));
      }
    }
    Gains.Row one = only(alone.data());
    Gains.Row many = only(crowd.data());
    assertThat(many.gain()).isEqualTo(one.gain());
    assertThat(many.low()).isEqualTo(one.low());
    assertThat(many.pAdjusted()).isGreaterThan(one.pAdjusted());
    assertThat(many.mde()).isGreaterThan(one.mde());
  }

  @Test
  void aGateTurnsWorseIntoExitThree() {
    Gains gains = GainsCalculator.compute(Campaigns.noisy(2, 10, -0.05, 0.005).data());
    assertThat(Summary.of(gains, Optional.of("throughput")).exitCode()).isEqualTo(3);
    assertThat(Summary.of(gains, Optional.of("latency-p99")).exitCode()).isZero();
    assertThat(Summary.of(gains, Optional.empty()).counts())
        .isEqualTo(new Summary.Counts(0, 1, 0, 0));
  }
}
