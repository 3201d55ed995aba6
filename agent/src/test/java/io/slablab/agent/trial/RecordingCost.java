package io.slablab.agent.trial;

import com.fasterxml.jackson.databind.JsonNode;
import io.slablab.agent.placement.Affinity;
import io.slablab.agent.protocol.TrialOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Prints CPU ns/op of one workload with recording on and off: pairs of trials in alternating order,
 * so that a drift of the machine falls on both. Not a test, because a busy machine decides its
 * figure; {@link SamplingTest} holds the rule that the choice follows.
 *
 * <p>Arguments: directory for the trials, number of pairs, rounds of the spin (about 1 ns each).
 */
final class RecordingCost {
  private RecordingCost() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    int pairs = Integer.parseInt(args[1]);
    List<Double> ratios = new ArrayList<>();
    for (int pair = 0; pair < pairs; pair++) {
      boolean onFirst = pair % 2 == 0;
      double first = nsPerOp(directory, pair + "a", onFirst, args[2]);
      double second = nsPerOp(directory, pair + "b", !onFirst, args[2]);
      double on = onFirst ? first : second;
      double off = onFirst ? second : first;
      ratios.add(on / off - 1);
      System.out.printf(
          Locale.ROOT, "on %.2f ns/op, off %.2f ns/op: %+.2f %%%n", on, off, 100 * (on / off - 1));
    }
    double mean = ratios.stream().mapToDouble(ratio -> ratio).average().orElseThrow();
    System.out.printf(Locale.ROOT, "mean %+.2f %% over %d pairs%n", 100 * mean, pairs);
  }

  private static double nsPerOp(Path directory, String id, boolean recording, String rounds)
      throws IOException {
    Path trial = Files.createDirectories(directory.resolve(id));
    TrialOrder order =
        new TrialOrder(
            id,
            "here",
            "spin",
            0,
            0,
            "base",
            "baseline",
            false,
            "spin",
            Map.of("rounds", rounds),
            "compact",
            List.of(Affinity.granted().first()),
            "local",
            TimeUnit.SECONDS.toNanos(1),
            TimeUnit.SECONDS.toNanos(3),
            TimeUnit.SECONDS.toNanos(1),
            7,
            recording);
    if (new TrialRunner().run(order, trial, (_, _) -> {})
        instanceof TrialOutcome.Failed(String reason, String tail)) {
      throw new IllegalStateException(reason + "\n" + tail);
    }
    return cpuNsPerOp(TrialFiles.MAPPER.readTree(trial.resolve(TrialFiles.TRIAL).toFile()));
  }

  /** CPU time, which another program on the same CPU does not lengthen. */
  private static double cpuNsPerOp(JsonNode trial) {
    long cpuNs = 0;
    long ops = 0;
    for (JsonNode interval : trial.path("iterations")) {
      cpuNs += interval.path("userNs").asLong() + interval.path("systemNs").asLong();
      ops += interval.path("ops").asLong();
    }
    return (double) cpuNs / ops;
  }
}
