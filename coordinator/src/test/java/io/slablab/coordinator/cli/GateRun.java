package io.slablab.coordinator.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.verdict.GainsCalculator;
import io.slablab.coordinator.verdict.GainsFiles;
import io.slablab.coordinator.verdict.TrialFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A run directory with known truth: cells of one host, their losses, deviations and blocks. */
final class GateRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final String campaign;
  private final String startedAt;
  private final SplittableRandom random;
  private final Map<String, List<double[]>> cells = new LinkedHashMap<>();
  private final List<String> lost = new ArrayList<>();
  private String hostKey = "k1";
  private String kernel = "6.12";
  private String hardware = "hw1";
  private String gate = "gate: {metric: throughput, regression: 3%, alpha: 0.05}\n";

  GateRun(Path root, String campaign, String startedAt, long seed) {
    this.root = root;
    this.campaign = campaign;
    this.startedAt = startedAt;
    this.random = new SplittableRandom(seed);
  }

  /**
   * A cell whose treatment runs at {@code gain} of the baseline, with this deviation of a block.
   */
  GateRun cell(String id, int blocks, double gain, double sd) {
    List<double[]> pairs = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      double host = 1e6 * Math.exp(0.03 * random.nextGaussian());
      double base = host * Math.exp(sd / Math.sqrt(2) * random.nextGaussian());
      double treat = host * (1 + gain) * Math.exp(sd / Math.sqrt(2) * random.nextGaussian());
      pairs.add(new double[] {base, treat});
    }
    cells.put(id, pairs);
    return this;
  }

  /** A trial that was planned and left nothing. */
  GateRun without(String cell, int block, String variant) {
    lost.add(trialId(cell, block, variant));
    return this;
  }

  GateRun on(String hostKeyThere, String hardwareThere, String kernelThere) {
    hostKey = hostKeyThere;
    hardware = hardwareThere;
    kernel = kernelThere;
    return this;
  }

  GateRun gate(String yaml) {
    gate = yaml;
    return this;
  }

  Path write() throws IOException {
    RunDirectory run = new RunDirectory(root);
    run.create();
    new Manifest(
            Manifest.SCHEMA, "0.1.0", campaign, "nightly", null, 7, startedAt, Map.of(), Map.of())
        .write(run.manifest());
    Files.writeString(
        run.suite(),
        """
        slablab: 1
        name: nightly
        workloads: [exec]
        variants: [baseline, {candidate: {design: ctor-dtor}}]
        baseline: baseline
        placements: {cores: [1]}
        design: {blocks: {min: 8, max: 8}}
        metrics: [throughput]
        """
            + gate);
    Files.createDirectories(run.host("desk"));
    ObjectNode conditions = JSON.createObjectNode();
    conditions.put("schema", "slablab/conditions/1");
    conditions
        .putObject("keys")
        .put("host", hostKey)
        .put("hardware", hardware)
        .put("kernel", "k-" + kernel)
        .put("runtime", "r");
    conditions
        .putObject("identity")
        .put("cpu.model", "CPU of " + hardware)
        .put("kernel.release", kernel);
    Files.writeString(run.host("desk").resolve("conditions.json"), conditions.toPrettyString());
    Files.writeString(run.plan(), plan().toPrettyString());
    for (Map.Entry<String, List<double[]>> cell : cells.entrySet()) {
      for (int block = 0; block < cell.getValue().size(); block++) {
        trial(run, cell.getKey(), block, "baseline", cell.getValue().get(block)[0]);
        trial(run, cell.getKey(), block, "candidate", cell.getValue().get(block)[1]);
      }
    }
    Files.writeString(
        root.resolve("gains.json"),
        GainsFiles.gainsJson(GainsCalculator.compute(TrialFiles.read(root))));
    return root;
  }

  private static String trialId(String cell, int block, String variant) {
    return "desk/%s/%04d-%s".formatted(cell, block, variant);
  }

  private ObjectNode plan() {
    ObjectNode plan = JSON.createObjectNode();
    plan.put("schema", "slablab/plan/1").put("suite", "nightly").put("seed", 7);
    plan.putArray("metrics").add("throughput");
    ObjectNode host = plan.putArray("hosts").addObject();
    host.put("host", "desk");
    ArrayNode planned = host.putArray("cells");
    ArrayNode trials = host.putArray("trials");
    cells.forEach((id, blocks) -> {
      ObjectNode cell = planned.addObject();
      cell.put("id", id).put("engine", "threads").put("workload", "exec");
      cell.putObject("params").put("rest", "none").put("live", id);
      cell.putObject("placement")
          .put("layout", "compact")
          .put("cores", 1)
          .put("cpus", "0")
          .put("memory", "local");
      cell.putArray("variants").add("baseline").add("candidate");
      cell.put("baseline", "baseline");
      for (int block = 0; block < blocks.size(); block++) {
        for (int position = 0; position < 2; position++) {
          String variant = (block + position) % 2 == 0 ? "baseline" : "candidate";
          trials
              .addObject()
              .put("id", trialId(id, block, variant))
              .put("cell", id)
              .put("block", block)
              .put("position", position)
              .put("variant", variant);
        }
      }
    });
    return plan;
  }

  private void trial(RunDirectory run, String cell, int block, String variant, double rate)
      throws IOException {
    if (lost.contains(trialId(cell, block, variant))) {
      return;
    }
    Path folder = Files.createDirectories(run.trial("desk", cell, block, variant));
    ObjectNode trial = JSON.createObjectNode();
    trial
        .put("schema", "slablab/trial/1")
        .put("id", trialId(cell, block, variant))
        .put("host", "desk")
        .put("cell", cell)
        .put("block", block)
        .put("position", (block % 2 == 0) == variant.equals("baseline") ? 0 : 1)
        .put("variant", variant)
        .put("design", variant)
        .put("status", "done")
        .put("startedAt", startedAt)
        .put("endedAt", startedAt);
    trial
        .putArray("iterations")
        .addObject()
        .put("durationNs", 1_000_000_000_000L)
        .put("ops", Math.round(rate * 1000));
    trial.putArray("warnings");
    Files.writeString(folder.resolve("trial.json"), trial.toString());
  }
}
