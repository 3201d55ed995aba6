package io.slablab.coordinator.verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The gains of a run directory, with what they say about cores and hosts. */
public final class RunGains {
  private RunGains() {}

  /**
   * @param root a run directory, finished or not
   * @throws TrialFiles.Unreadable as {@link TrialFiles#read}
   */
  public static Gains of(Path root) throws IOException {
    Gains gains = GainsCalculator.compute(TrialFiles.read(root));
    Map<String, HostFacts> facts = new LinkedHashMap<>();
    for (Gains.Cell cell : gains.cells()) {
      if (!facts.containsKey(cell.host())) {
        Path host = root.resolve("hosts").resolve(cell.host());
        facts.put(cell.host(), HostFacts.read(host.resolve("topology.json")));
      }
    }
    return gains.with(ScalingFits.of(gains, facts), HostComparison.of(gains, facts));
  }
}
