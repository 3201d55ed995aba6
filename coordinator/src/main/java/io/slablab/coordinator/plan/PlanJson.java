package io.slablab.coordinator.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.HostCheck;
import io.slablab.suites.spec.Metric;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.VariantSpec;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The text of plan.json: the same plan gives the same bytes. */
public final class PlanJson {
  static final String SCHEMA = "slablab/plan/1";

  private static final ObjectWriter PRETTY =
      new ObjectMapper()
          .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private PlanJson() {}

  public static String text(Plan plan) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", SCHEMA);
    json.put("suite", plan.suite().name());
    json.put("seed", plan.seed());
    json.put("trial", trialTimes(plan));
    json.put("metrics", plan.suite().metrics().stream().map(Metric::id).toList());
    if (plan.suite().design().adaptive()) {
      json.put("adaptive", adaptive(plan.suite()));
    }
    plan.suite().contract().ifPresent(contract -> json.put("contract", contract(contract)));
    json.put("hosts", plan.hosts().stream().map(host -> host(plan, host)).toList());
    json.put("etaSeconds", plan.etaSeconds());
    try {
      return PRETTY.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // maps of texts and numbers always have a JSON form
    }
  }

  private static Map<String, Long> trialTimes(Plan plan) {
    Map<String, Long> times = new LinkedHashMap<>();
    times.put("warmupNs", plan.suite().trial().warmupNs());
    times.put("measureNs", plan.suite().trial().measureNs());
    times.put("intervalNs", plan.suite().trial().intervalNs());
    return times;
  }

  private static Map<String, Object> adaptive(Suite suite) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("metric", suite.decisive().id());
    json.put("target", suite.design().target());
    json.put("minBlocks", suite.design().minBlocks());
    json.put("maxBlocks", suite.design().maxBlocks());
    json.put("budgetNs", suite.design().budgetNs());
    return json;
  }

  private static Map<String, Object> contract(Contract contract) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("checks", contract.checks().stream().map(HostCheck::id).toList());
    json.put("steal", contract.steal());
    json.put("foreign", contract.foreign());
    json.put("reruns", contract.reruns());
    return json;
  }

  private static Map<String, Object> host(Plan plan, Plan.HostPlan host) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("host", host.host());
    json.put("cells", host.cells().stream().map(cell -> cell(plan, cell)).toList());
    json.put("trials", host.trials().stream().map(PlanJson::trial).toList());
    return json;
  }

  private static Map<String, Object> cell(Plan plan, PlannedCell cell) {
    List<String> variants = plan.suite().variants().stream().map(VariantSpec::id).toList();
    Map<String, Object> placement = new LinkedHashMap<>();
    placement.put("layout", cell.placement().layout());
    placement.put("cores", cell.placement().cores());
    placement.put("cpus", cell.placement().cpus().toString());
    placement.put("order", cell.placement().order());
    placement.put("memory", cell.placement().memory().id());
    if (!cell.placement().notes().isEmpty()) {
      placement.put("notes", cell.placement().notes());
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", cell.id());
    json.put("engine", "threads");
    json.put("workload", cell.workload().name());
    json.put("params", cell.workload().params());
    json.put("placement", placement);
    json.put("variants", variants);
    json.put("baseline", plan.suite().baseline());
    if (cell.isNull()) {
      json.put("control", plan.suite().twin());
    }
    return json;
  }

  private static Map<String, Object> trial(PlannedTrial trial) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", trial.id());
    json.put("cell", trial.cell());
    json.put("block", trial.block());
    json.put("position", trial.position());
    json.put("variant", trial.variant());
    return json;
  }
}
