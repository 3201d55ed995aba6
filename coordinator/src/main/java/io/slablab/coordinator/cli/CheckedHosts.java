package io.slablab.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slablab.agent.topology.Topology;
import io.slablab.agent.topology.TopologyJson;
import io.slablab.coordinator.deploy.HostCheck.Checked;
import io.slablab.coordinator.deploy.HostCheck.Finding;
import io.slablab.coordinator.deploy.HostFacts;
import io.slablab.coordinator.report.ListTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Checked hosts as a table and as JSON. */
final class CheckedHosts {
  private static final List<String> HEAD =
      List.of("host", "state", "user", "jdk", "free", "clock", "topology", "kernel");

  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckedHosts() {}

  /** One row per host, then every finding; lines end in \n. */
  static String table(List<Checked> hosts) {
    List<String> lines =
        new ArrayList<>(ListTable.render(HEAD, hosts.stream().map(CheckedHosts::cells).toList()));
    for (Checked host : hosts) {
      for (Finding finding : host.findings()) {
        lines.add(host.host().name() + ": " + finding.text());
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static List<String> cells(Checked checked) {
    String name = checked.host().name();
    return checked
        .facts()
        .map(facts ->
            List.of(
                name,
                state(checked),
                facts.user() + privileges(facts),
                facts.jdk().map(HostFacts.Jdk::version).orElse("none"),
                facts.freeBytes().isPresent()
                    ? String.format(
                        Locale.ROOT, "%.1f GiB", facts.freeBytes().getAsLong() / (double) (1 << 30))
                    : "?",
                String.format(Locale.ROOT, "%+.2f s", facts.clock().seconds()),
                topology(facts.topology()),
                facts.kernel()))
        .orElseGet(() -> List.of(name, state(checked), "", "", "", "", "", ""));
  }

  private static String state(Checked checked) {
    return !checked.usable() ? "unusable" : checked.findings().isEmpty() ? "ok" : "warning";
  }

  private static String privileges(HostFacts facts) {
    return facts.privileges() == HostFacts.Privileges.SUDO ? " (sudo)" : "";
  }

  /** As {@code 2s 4n 96c 192t}: sockets, nodes, cores, threads. */
  private static String topology(Topology topology) {
    return "%ds %dn %dc %dt"
        .formatted(
            topology.sockets().size(),
            topology.nodes().size(),
            topology.cores(),
            topology.onlineCpus());
  }

  /**
   * {@code {"schema":"slablab/inventory-check/1","hosts":[...]}}; what could not be read is absent.
   */
  static String json(List<Checked> hosts) {
    ObjectNode root = JSON.createObjectNode().put("schema", "slablab/inventory-check/1");
    ArrayNode array = root.putArray("hosts");
    hosts.forEach(host -> write(host, array.addObject()));
    try {
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
      return JSON.writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
    }
  }

  private static void write(Checked checked, ObjectNode to) {
    to.put("host", checked.host().name()).put("state", state(checked));
    to.put("machine", checked.host().machine());
    ArrayNode tags = to.putArray("tags");
    checked.host().tags().forEach(tags::add);
    ArrayNode findings = to.putArray("findings");
    checked
        .findings()
        .forEach(finding ->
            findings
                .addObject()
                .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                .put("text", finding.text()));
    checked.facts().ifPresent(facts -> write(facts, to));
  }

  private static void write(HostFacts facts, ObjectNode to) {
    to.put("user", facts.user())
        .put("privileges", facts.privileges().name().toLowerCase(Locale.ROOT))
        .put("kernel", facts.kernel())
        .put("arch", facts.arch())
        .put("bootId", facts.bootId())
        .put("workdir", facts.workdir());
    facts
        .jdk()
        .ifPresent(
            jdk -> to.putObject("jdk").put("home", jdk.home()).put("version", jdk.version()));
    facts.freeBytes().ifPresent(bytes -> to.put("freeBytes", bytes));
    to.putObject("clock")
        .put("aheadSeconds", facts.clock().seconds())
        .put("uncertaintySeconds", facts.clock().uncertainty());
    ArrayNode agents = to.putArray("agents");
    facts
        .agents()
        .forEach(agent -> agents.addObject().put("pid", agent.pid()).put("campaign", agent.name()));
    try {
      to.set("topology", JSON.readTree(TopologyJson.print(facts.topology())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a topology is always JSON", e);
    }
  }
}
