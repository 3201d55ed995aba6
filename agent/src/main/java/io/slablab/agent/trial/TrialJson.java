package io.slablab.agent.trial;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.CpuList;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The content of {@code trial.json}. */
final class TrialJson {
  private static final String SCHEMA = "slablab/trial/1";

  private TrialJson() {}

  /**
   * @param agentCollections garbage collections of the agent in the measured window
   */
  static ObjectNode done(
      TrialOrder order,
      Instant startedAt,
      Instant endedAt,
      ForkReport report,
      int agentCollections) {
    ObjectNode tree = tree(order, startedAt, endedAt, null, report);
    tree.put("agentCollections", agentCollections);
    return tree;
  }

  /** What the fork measured is left out of a failed trial: it counts for nothing. */
  static ObjectNode failed(TrialOrder order, Instant startedAt, Instant endedAt, String reason) {
    return tree(order, startedAt, endedAt, reason, null);
  }

  private static ObjectNode tree(
      TrialOrder order,
      Instant startedAt,
      Instant endedAt,
      @Nullable String reason,
      @Nullable ForkReport report) {
    ObjectNode tree = TrialFiles.MAPPER.createObjectNode();
    tree.put("schema", SCHEMA);
    tree.put("id", order.id());
    tree.put("host", order.host());
    tree.put("cell", order.cell());
    tree.put("block", order.block());
    tree.put("position", order.position());
    tree.put("variant", order.variant());
    tree.put("design", order.design());
    tree.put("faithful", order.faithful());
    tree.set("options", TrialFiles.MAPPER.valueToTree(order.options()));
    tree.put("engine", "threads");
    tree.put("workload", order.workload());
    tree.set("params", TrialFiles.MAPPER.valueToTree(order.params()));
    tree.put("layout", order.layout());
    tree.put("cpus", CpuList.of(order.cpus().stream().mapToInt(cpu -> cpu)).toString());
    tree.put("memory", order.memory());
    tree.put("seed", order.seed());
    tree.put("status", reason == null ? "done" : "failed");
    tree.put("reason", reason);
    tree.put("startedAt", startedAt.toString());
    tree.put("endedAt", endedAt.toString());
    tree.put("threads", order.cpus().size());
    tree.putObject("times")
        .put("warmupNs", order.warmupNs())
        .put("measureNs", order.measureNs())
        .put("intervalNs", order.intervalNs());
    if (report == null) {
      tree.set("warnings", TrialFiles.MAPPER.valueToTree(List.of()));
    } else {
      tree.setAll((ObjectNode) TrialFiles.MAPPER.valueToTree(report));
    }
    return tree;
  }
}
