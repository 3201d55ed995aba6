package io.slablab.coordinator.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.placement.Placement;
import io.slablab.suites.spec.MemoryPolicy;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.WorkloadSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The inverse of {@link PlanJson}: the plan of a campaign that goes on, whatever its hosts are now.
 */
public final class PlanReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PlanReader() {}

  /**
   * @param text of plan.json
   * @param suite of the same run directory
   * @throws IOException when it is no plan; the message is one line
   */
  public static Plan read(String text, Suite suite) throws IOException {
    try {
      JsonNode plan = JSON.readTree(text);
      if (!PlanJson.SCHEMA.equals(plan.path("schema").asText())) {
        throw new IOException("is not a plan of this version: " + plan.path("schema").asText());
      }
      List<Plan.HostPlan> hosts = new ArrayList<>();
      for (JsonNode host : plan.path("hosts")) {
        hosts.add(host(host));
      }
      return new Plan(suite, plan.path("seed").asLong(), hosts);
    } catch (JsonProcessingException e) {
      throw new IOException("is no JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException("is no plan: " + e.getMessage(), e);
    }
  }

  private static Plan.HostPlan host(JsonNode host) {
    List<PlannedCell> cells = new ArrayList<>();
    host.path("cells").forEach(cell -> cells.add(cell(cell)));
    List<PlannedTrial> trials = new ArrayList<>();
    Map<String, String> names = new LinkedHashMap<>(); // one text per name, however many trials
    for (JsonNode trial : host.path("trials")) {
      trials.add(
          new PlannedTrial(
              trial.path("id").asText(),
              names.computeIfAbsent(trial.path("cell").asText(), name -> name),
              trial.path("block").asInt(),
              trial.path("position").asInt(),
              names.computeIfAbsent(trial.path("variant").asText(), name -> name)));
    }
    return new Plan.HostPlan(host.path("host").asText(), cells, trials);
  }

  private static PlannedCell cell(JsonNode cell) {
    Map<String, String> params = new LinkedHashMap<>();
    cell.path("params").properties().forEach(e -> params.put(e.getKey(), e.getValue().asText()));
    JsonNode placement = cell.path("placement");
    String memory = placement.path("memory").asText();
    return new PlannedCell(
        cell.path("id").asText(),
        WorkloadSpec.of(cell.path("workload").asText(), params),
        new Placement(
            placement.path("layout").asText(),
            IntStream.range(0, placement.path("order").size())
                .mapToObj(worker -> placement.path("order").path(worker).asInt())
                .toList(),
            MemoryPolicy.byId(memory)
                .orElseThrow(() -> new IllegalArgumentException("memory " + memory)),
            notes(placement.path("notes"))),
        cell.hasNonNull("control"));
  }

  private static List<String> notes(JsonNode array) {
    List<String> notes = new ArrayList<>();
    array.forEach(note -> notes.add(note.asText()));
    return notes;
  }
}
