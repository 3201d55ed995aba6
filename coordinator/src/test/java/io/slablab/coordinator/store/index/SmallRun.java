package io.slablab.coordinator.store.index;

import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A small run directory in the format of a real one: one host, one cell, the gains of a resource.
 */
final class SmallRun {
  private static final String CONDITIONS =
      """
      {"schema":"slablab/conditions/1","keys":{"hardware":"hw","host":"%s"},
       "evidence":{"bootId":"boot-1"},
       "checks":[{"check":"load","verdict":"noisy"},{"check":"thp","verdict":"ok"}]}
      """;
  private static final String TRIAL =
      """
      {"schema":"slablab/trial/1","id":"desk/exec-1c/%1$04d-%2$s","host":"desk","cell":"exec-1c",
       "block":%1$d,"position":0,"variant":"%2$s","status":"done","reason":null,
       "startedAt":"2026-02-03T04:05:07Z","endedAt":"2026-02-03T04:05:12Z",
       "iterations":[{"opsPerSecond":100.0},{"opsPerSecond":300.0}],"latency":{"p99Ns":1234},
       "evidence":{"stealShare":0.001,"foreignShare":0.02},"warnings":["one","two"]}
      """;

  private SmallRun() {}

  /**
   * @param id of the campaign
   * @param startedAt ISO-8601 UTC
   */
  static RunDirectory write(Path folder, String id, String startedAt, String hostKey)
      throws IOException {
    RunDirectory run = new RunDirectory(folder);
    run.create();
    new Manifest(
            Manifest.SCHEMA,
            "0.1.0",
            id,
            "hand-made",
            "label-" + id,
            42,
            startedAt,
            Map.of(),
            Map.of())
        .write(run.manifest());
    Files.writeString(
        run.plan(),
        """
        {"schema":"slablab/plan/1","suite":"hand-made","seed":42,"hosts":[{"host":"desk",
         "cells":[{"id":"exec-1c","engine":"threads","workload":"exec",
           "params":{"rest":"none","live":"4"},"variants":["baseline","ctor-dtor"],
           "placement":{"layout":"compact","cores":1,"cpus":"0","memory":"local"},
           "baseline":"baseline"}],
         "trials":[{"id":"a"},{"id":"b"},{"id":"c"}]}]}
        """);
    Files.createDirectories(run.host("desk"));
    Files.writeString(run.host("desk").resolve("conditions.json"), CONDITIONS.formatted(hostKey));
    trial(run, 0, "baseline");
    trial(run, 0, "ctor-dtor");
    Files.writeString(run.root().resolve("gains.json"), gains());
    journal(run);
    return run;
  }

  private static void trial(RunDirectory run, int block, String variant) throws IOException {
    Path folder = Files.createDirectories(run.trial("desk", "exec-1c", block, variant));
    Files.writeString(folder.resolve("trial.json"), TRIAL.formatted(block, variant));
  }

  private static void journal(RunDirectory run) throws IOException {
    Files.writeString(
        run.journal(),
        """
        {"at":"2026-02-03T04:05:06Z","type":"campaign-started","trials":3}
        {"at":"2026-02-03T04:05:07Z","type":"trial-done","trial":"a","host":"desk"}
        {"at":"2026-02-03T04:05:08Z","type":"trial-done","trial":"b","host":"desk"}
        {"at":"2026-02-03T04:05:08Z","type":"trial-done","trial":"b","host":"desk"}
        {"at":"2026-02-03T04:05:09Z","type":"trial-failed","trial":"c","reason":"killed"}
        {"at":"2026-02-03T05:00:00Z","type":"campaign-ended","outcome":"incomplete"}
        """);
  }

  private static String gains() {
    try (InputStream in = SmallRun.class.getResourceAsStream("/report/gains.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
