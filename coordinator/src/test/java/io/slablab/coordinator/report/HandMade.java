package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A view of the hand-made gains.json, with trials that have locks but no files. */
final class HandMade {

  private HandMade() {}

  static String resource(String name) throws IOException {
    try (InputStream in = HandMade.class.getResourceAsStream("/report/" + name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static RunView view(Path root) throws IOException {
    Gains gains = GainsFiles.readGains(resource("gains.json"));
    return new RunView(
        root,
        null,
        "0.1.0",
        "2026-02-03T04:05:06Z",
        gains,
        List.of(
            trial(root, "baseline", 10, 2, 3_000),
            trial(root, "ctor-dtor", 0.02, 0, 0),
            failed(root)),
        List.of(new RunView.HostView("desk", Map.of())));
  }

  private static TrialView trial(
      Path root, String variant, double perOp, long contended, long waitNs) {
    long operations = 1000;
    return new TrialView(
        root,
        variant,
        "desk",
        "exec-2c",
        0,
        0,
        variant,
        variant,
        true,
        null,
        "2026-02-03T04:05:06Z",
        "",
        2,
        List.of(new TrialView.Interval(1_000_000_000, operations, null, 1L, null, 0L)),
        new TrialView.Latency(1000, 100.0, 200.0, null, 400.0, 500.0),
        List.of(new TrialView.Lock("pcpu_lock", (long) (operations * perOp), contended, waitNs)),
        Map.of("percpu.idleBytes", 4096.0, "percpu.count", 3.0),
        null,
        List.of());
  }

  private static TrialView failed(Path root) {
    return new TrialView(
        root,
        "f",
        "desk",
        "exec-2c",
        3,
        1,
        "baseline",
        null,
        false,
        "killed by signal 9, \"out of memory\"",
        "",
        "",
        2,
        List.of(),
        null,
        null,
        Map.of(),
        null,
        List.of());
  }
}
