package io.slablab.coordinator.plan;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.stats.Streams;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.VariantSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan as orders to agents. */
public final class PlanOrders {
  private PlanOrders() {}

  /**
   * The trials of each host in order.
   *
   * @throws IllegalArgumentException when the plan names a variant that the suite has not
   */
  public static Map<String, List<TrialOrder>> orders(Plan plan, Suite suite) {
    Map<String, List<TrialOrder>> orders = new LinkedHashMap<>();
    for (Plan.HostPlan host : plan.hosts()) {
      orders.put(
          host.host(),
          host.trials().stream().map(trial -> order(plan.seed(), host, trial, suite)).toList());
    }
    return orders;
  }

  /** Orders of a block that a cell of the plan gets. */
  public static List<TrialOrder> orders(Plan plan, AddedBlock block) {
    Plan.HostPlan host =
        plan.host(block.host())
            .orElseThrow(() -> new IllegalArgumentException("no host " + block.host()));
    return block.trials().stream()
        .map(trial -> order(plan.seed(), host, trial, plan.suite()))
        .toList();
  }

  private static TrialOrder order(long seed, Plan.HostPlan host, PlannedTrial trial, Suite suite) {
    PlannedCell cell =
        host.cell(trial.cell())
            .orElseThrow(() -> new IllegalArgumentException("no cell " + trial.cell()));
    boolean twin = cell.isNull() && trial.variant().equals(suite.twin());
    String name = twin ? suite.baseline() : trial.variant();
    VariantSpec variant =
        suite.variants().stream()
            .filter(v -> v.id().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no variant " + trial.variant()));
    return new TrialOrder(
        trial.id(),
        host.host(),
        trial.cell(),
        trial.block(),
        trial.position(),
        trial.variant(),
        variant.design(),
        variant.faithful(),
        variant.options().params(),
        cell.workload().name(),
        cell.workload().params(),
        cell.placement().layout(),
        cell.placement().order(),
        cell.placement().memory().id(),
        suite.trial().warmupNs(),
        suite.trial().measureNs(),
        suite.trial().intervalNs(),
        trialSeed(seed, trial),
        true);
  }

  /** The same for all variants of a block, another one for every other block. */
  private static long trialSeed(long seed, PlannedTrial trial) {
    return Streams.of(seed, "trial/" + trial.cell() + "/" + trial.block()).next();
  }
}
