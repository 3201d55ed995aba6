package io.slablab.coordinator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A run directory as a coordinator leaves it that was killed in its second trial. */
final class KilledRun {
  private static final String PLAN =
      """
      {"schema":"slablab/plan/1","suite":"s","seed":42,"metrics":["throughput"],
       "hosts":[{"host":"h","cells":[{"id":"exec","engine":"threads","workload":"exec",
         "params":{},"placement":{"layout":"compact","cores":1,"cpus":"0","memory":"local"},
         "variants":["baseline","ctor-dtor"],"baseline":"baseline"}],
        "trials":[{"id":"h/exec/0000-baseline","cell":"exec","block":0,"position":0,"variant":"baseline"},
                  {"id":"h/exec/0000-ctor-dtor","cell":"exec","block":0,"position":1,"variant":"ctor-dtor"}]}],
       "etaSeconds":1}
      """;

  private static final String TRIAL =
      """
      {"schema":"slablab/trial/1","id":"h/exec/0000-baseline","host":"h","cell":"exec","block":0,
       "position":0,"variant":"baseline","design":"baseline","engine":"threads","status":"done",
       "reason":null,"iterations":[{"startNs":1,"durationNs":1000000000,"ops":1000}],"warnings":[]}
      """;

  private KilledRun() {}

  static Path write(Path run) throws IOException {
    write(
        run.resolve("manifest.json"),
        "{\"schema\":\"slablab/run/1\",\"campaign\":\"k\",\"suite\":\"s\",\"seed\":42}");
    write(run.resolve("plan.json"), PLAN);
    write(run.resolve("trials/h/exec/0000-baseline/trial.json"), TRIAL);
    Path unfinished = run.resolve("trials/.unfinished-h_exec_0000-ctor-dtor");
    write(unfinished.resolve("trial.json"), "{\"schema\":\"slablab/tri");
    write(unfinished.resolve("latency.hlog.part"), "#[Histogram log");
    write(unfinished.resolve("scratch/a/b/trial.json"), "{");
    write(run.resolve("hosts/h/.scratch/jna123.tmp"), "");
    write(run.resolve("hosts/h/agent.log"), "started");
    write(run.resolve("journal.jsonl"), "{\"at\":\"2026-02-03T04:05:06Z\",\"wh");
    return run;
  }

  private static void write(Path file, String text) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, text);
  }
}
