package io.slablab.coordinator.selftest;

import io.slablab.coordinator.verdict.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Replays campaigns with known truth through the whole analysis and counts what it says. */
public final class StatsReplay {
  public static final int CAMPAIGNS = 20;
  public static final long SEED = 42;

  /** Of the bootstrap, which flags skewed blocks and moves no interval and no verdict. */
  private static final int RESAMPLES = 99;

  private StatsReplay() {}

  /**
   * Everything that the analysis promises.
   *
   * @param campaigns of 200 cells for each coverage; 25 times as many null nights, and twice as
   *     many nights with losses for each power
   * @param heard told what comes next, a line each
   */
  public static SelfTestReport run(int campaigns, long seed, Consumer<String> heard) {
    Settings settings = Settings.defaults().withResamples(RESAMPLES);
    CoverageChecks coverage = new CoverageChecks(settings, campaigns, new Seeds(seed));
    NightChecks nights = new NightChecks(settings, campaigns, new Seeds(seed));
    List<Check> checks = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      heard.accept("coverage, " + scenario.words());
      for (int blocks : CoverageChecks.BLOCKS) {
        checks.add(coverage.check(scenario, blocks));
      }
    }
    heard.accept("coverage, " + CoverageChecks.STOPPED);
    checks.add(coverage.stopped());
    heard.accept("nights of a gate");
    checks.add(nights.falseAlarms());
    checks.add(nights.power(0.01, true));
    checks.add(nights.power(0.02, true));
    checks.add(nights.power(0.03, false));
    return new SelfTestReport(SelfTestReport.SCHEMA, seed, campaigns, checks);
  }
}
