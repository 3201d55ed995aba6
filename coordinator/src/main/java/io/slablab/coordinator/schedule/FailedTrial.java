package io.slablab.coordinator.schedule;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.CpuList;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a trial whose agent could not finish them: what is whole stays, what is torn goes,
 * and trial.json says that and why it failed.
 */
final class FailedTrial {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FailedTrial() {}

  static void complete(Path directory, TrialOrder order, String reason) throws IOException {
    Files.createDirectories(directory);
    Path trial = directory.resolve("trial.json");
    if (Files.exists(trial)) {
      return; // the agent lived to write it
    }
    AtomicFiles.deleteTree(directory.resolve("scratch"));
    for (Path torn : torn(directory)) {
      Files.delete(torn);
    }
    AtomicFiles.write(
        trial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(order, reason)));
  }

  private static List<Path> torn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file ->
              file.endsWith("order.json") || file.getFileName().toString().endsWith(".part"))
          .toList();
    }
  }

  private static ObjectNode json(TrialOrder order, String reason) {
    ObjectNode trial = JSON.createObjectNode();
    trial.put("schema", "slablab/trial/1");
    trial.put("id", order.id());
    trial.put("host", order.host());
    trial.put("cell", order.cell());
    trial.put("block", order.block());
    trial.put("position", order.position());
    trial.put("variant", order.variant());
    trial.put("design", order.design());
    trial.put("faithful", order.faithful());
    trial.set("options", JSON.valueToTree(order.options()));
    trial.put("engine", "threads");
    trial.put("workload", order.workload());
    trial.set("params", JSON.valueToTree(order.params()));
    trial.put("layout", order.layout());
    trial.put("cpus", CpuList.of(order.cpus().stream().mapToInt(cpu -> cpu)).toString());
    trial.put("memory", order.memory());
    trial.put("seed", order.seed());
    trial.put("status", "failed");
    trial.put("reason", reason);
    trial.put("threads", order.cpus().size());
    trial
        .putObject("times")
        .put("warmupNs", order.warmupNs())
        .put("measureNs", order.measureNs())
        .put("intervalNs", order.intervalNs());
    trial.putArray("warnings");
    return trial;
  }
}
