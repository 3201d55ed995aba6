package io.slablab.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {

  @ParameterizedTest
  @CsvSource({"0.5, 0.5, 1", "25, 10, 16", "70, 12, 32", "25, 5, 16", "1000, 50, 512"})
  void smallestPowerOfTwoWithinTheTarget(double clockNs, double recordNs, int every) {
    assertThat(Sampling.of(clockNs, recordNs).every()).isEqualTo(every);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23, 24})
  void biasIsUnderOnePercentOf500ns(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 100; round++) {
      Sampling sampling = Sampling.of(random.nextDouble(5, 2000), random.nextDouble(1, 500));

      assertThat(sampling.biasAt500ns()).isLessThanOrEqualTo(0.01);
      assertThat(Sampling.of(sampling.clockNs(), sampling.recordNs())).isEqualTo(sampling);
    }
  }

  @Test
  void calibrationFindsPlausibleCosts() {
    Sampling here = Sampling.calibrate();

    assertThat(here.clockNs()).isBetween(1.0, 20_000.0);
    assertThat(here.recordNs()).isBetween(0.5, 20_000.0);
    assertThat(here.mode()).isIn("every", "sampled");
    assertThat(Sampling.OFF.mode()).isEqualTo("off");
  }

  @Test
  void overflowIsCountedAndClamped() {
    WorkerLatency latency = new WorkerLatency();
    latency.record(-5);
    latency.record(500);
    latency.record(WorkerLatency.CEILING_NS + 1);
    latency.record(Long.MAX_VALUE);
    Histogram total = new Histogram(WorkerLatency.DIGITS);
    latency.drainTo(total);

    assertThat(latency.overflow()).isEqualTo(2);
    assertThat(total.getTotalCount()).isEqualTo(4);
    assertThat(total.getValueAtPercentile(25)).isZero();
    assertThat(total.getMaxValue())
        .isBetween(WorkerLatency.CEILING_NS, WorkerLatency.CEILING_NS + (1L << 32));
  }
}
