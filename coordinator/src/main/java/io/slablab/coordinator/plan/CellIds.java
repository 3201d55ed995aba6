package io.slablab.coordinator.plan;

import io.slablab.agent.placement.Placement;
import io.slablab.suites.spec.WorkloadSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cell ids: workload, layout, number of CPUs and memory policy, as {@code exec-compact-2-local}.
 * Workloads of the same name are told apart by the parameters in which they differ, as {@code
 * tc-live1000-actions4-compact-2-local}.
 */
final class CellIds {
  private final List<WorkloadSpec> workloads;

  CellIds(List<WorkloadSpec> workloads) {
    this.workloads = List.copyOf(workloads);
  }

  String id(WorkloadSpec workload, Placement placement) {
    String layout = placement.layout().replace(":", "");
    return String.join(
        "-",
        workload(workload),
        layout,
        Integer.toString(placement.cores()),
        placement.memory().id());
  }

  /** The name, and the parameters that tell it from its namesakes. */
  String workload(WorkloadSpec workload) {
    List<String> parts = new ArrayList<>();
    parts.add(workload.name());
    Map<String, String> params = workload.params();
    for (String key : distinguishing(workload)) {
      parts.add(key.replace("-", "") + params.get(key));
    }
    return String.join("-", parts);
  }

  private Set<String> distinguishing(WorkloadSpec workload) {
    Set<String> keys = new LinkedHashSet<>();
    for (String key : workload.params().keySet()) {
      long values =
          workloads.stream()
              .filter(other -> other.name().equals(workload.name()))
              .map(other -> other.params().get(key))
              .distinct()
              .count();
      if (values > 1) {
        keys.add(key);
      }
    }
    return keys;
  }
}
