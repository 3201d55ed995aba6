package io.slablab.coordinator.plan;

import io.slablab.agent.placement.Placement;
import io.slablab.agent.placement.PlacementException;
import io.slablab.agent.placement.Placer;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;

/** Makes a plan of a suite and its hosts. */
public final class Planner {
  private Planner() {}

  /**
   * Every workload under every placement of every host, with the suite's fewest blocks.
   *
   * @param seed of the order and of the trials; usually the suite's
   * @throws PlacementException with all reasons when a host cannot give a placement
   */
  public static Plan plan(Suite suite, List<PlannedHost> hosts, long seed) {
    return new Plan(suite, seed, hosts.stream().map(host -> host(suite, host, seed)).toList());
  }

  private static Plan.HostPlan host(Suite suite, PlannedHost host, long seed) {
    List<PlannedCell> cells = cells(suite, host);
    List<String> ids = cells.stream().map(PlannedCell::id).toList();
    List<String> variants = suite.variants().stream().map(VariantSpec::id).toList();
    List<PlannedTrial> trials =
        Schedule.of(seed, ids, variants, suite.design().minBlocks()).stream()
            .map(step -> trial(host.name(), step))
            .toList();
    return new Plan.HostPlan(host.name(), cells, trials);
  }

  private static List<PlannedCell> cells(Suite suite, PlannedHost host) {
    List<Placement> placements =
        Placer.resolve(host.topology(), suite.placements(), host.reserved());
    CellIds ids = new CellIds(suite.workloads());
    List<PlannedCell> cells = new ArrayList<>();
    for (WorkloadSpec workload : suite.workloads()) {
      for (Placement placement : placements) {
        cells.add(new PlannedCell(ids.id(workload, placement), workload, placement));
      }
    }
    return cells;
  }

  private static PlannedTrial trial(String host, Schedule.Step step) {
    String folder = String.format("%04d-%s", step.block(), step.variant());
    String id = host + "/" + step.cell() + "/" + folder;
    return new PlannedTrial(id, step.cell(), step.block(), step.position(), step.variant());
  }
}
