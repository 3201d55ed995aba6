package io.slablab.coordinator.plan;

import io.slablab.agent.placement.Placement;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * One workload under one placement on one host.
 *
 * @param id readable, safe as a folder name, unique on its host
 * @param isNull whether the baseline runs twice per block, the second time as its twin
 */
public record PlannedCell(String id, WorkloadSpec workload, Placement placement, boolean isNull) {

  /** Names of the trials of a block: the variants, and the baseline's twin. */
  public List<String> arms(Suite suite) {
    List<String> arms = new ArrayList<>();
    suite.variants().stream().map(VariantSpec::id).forEach(arms::add);
    if (isNull) {
      arms.add(suite.twin());
    }
    return arms;
  }
}
