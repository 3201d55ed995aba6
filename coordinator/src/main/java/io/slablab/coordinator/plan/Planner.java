package io.slablab.coordinator.plan;

import io.slablab.agent.placement.Placement;
import io.slablab.agent.placement.PlacementException;
import io.slablab.agent.placement.Placer;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.WorkloadSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    Map<String, List<PlannedCell>> cells = new LinkedHashMap<>();
    hosts.forEach(host -> cells.put(host.name(), cells(suite, host)));
    if (suite.design().nullCells()) {
      makeNull(cells, seed);
    }
    List<Plan.HostPlan> plans = new ArrayList<>();
    cells.forEach((host, own) -> plans.add(host(suite, host, own, seed)));
    return new Plan(suite, seed, plans);
  }

  private static void makeNull(Map<String, List<PlannedCell>> cells, long seed) {
    List<String> names = new ArrayList<>();
    cells.forEach((host, own) -> own.forEach(cell -> names.add(host + "/" + cell.id())));
    Set<String> chosen = NullCells.choose(seed, names);
    cells.replaceAll((host, own) ->
        own.stream()
            .map(cell ->
                new PlannedCell(
                    cell.id(),
                    cell.workload(),
                    cell.placement(),
                    chosen.contains(host + "/" + cell.id())))
            .toList());
  }

  private static Plan.HostPlan host(Suite suite, String host, List<PlannedCell> cells, long seed) {
    List<Schedule.Arms> arms =
        cells.stream().map(cell -> new Schedule.Arms(cell.id(), cell.arms(suite))).toList();
    List<PlannedTrial> trials =
        Schedule.of(seed, arms, suite.design().minBlocks()).stream()
            .map(step ->
                PlannedTrial.of(host, step.cell(), step.block(), step.position(), step.variant()))
            .toList();
    return new Plan.HostPlan(host, cells, trials);
  }

  private static List<PlannedCell> cells(Suite suite, PlannedHost host) {
    List<Placement> placements =
        Placer.resolve(host.topology(), suite.placements(), host.reserved());
    CellIds ids = new CellIds(suite.workloads());
    List<PlannedCell> cells = new ArrayList<>();
    for (WorkloadSpec workload : suite.workloads()) {
      for (Placement placement : placements) {
        cells.add(new PlannedCell(ids.id(workload, placement), workload, placement, false));
      }
    }
    return cells;
  }

  /**
   * A cell's next block, as a plan of more blocks would have it.
   *
   * @param block number of blocks that the cell has
   */
  public static AddedBlock nextBlock(Plan plan, String host, PlannedCell cell, int block) {
    Schedule.Arms arms = new Schedule.Arms(cell.id(), cell.arms(plan.suite()));
    return new AddedBlock(host, cell.id(), block, Schedule.order(plan.seed(), arms, block));
  }
}
