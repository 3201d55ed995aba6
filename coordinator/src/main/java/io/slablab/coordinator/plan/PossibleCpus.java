package io.slablab.coordinator.plan;

import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.yaml.Problem;
import io.slablab.suites.yaml.SuiteReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A modelled kernel needs a possible CPU for each worker: only a plan knows how many there are. */
public final class PossibleCpus {
  private PossibleCpus() {}

  /**
   * The workloads that have fewer possible CPUs than a placement has cores.
   *
   * @param fileName how problems name the suite
   * @param text of the suite, as read
   * @param overrides as given to the reader
   */
  public static List<Problem> problems(
      String fileName, String text, Map<String, String> overrides, Plan plan) {
    Suite suite = plan.suite();
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < suite.workloads().size(); i++) {
      WorkloadSpec workload = suite.workloads().get(i);
      int most = mostCores(plan, workload);
      if (workload.possibleCpus() > 0 && workload.possibleCpus() < most) {
        problems.add(
            SuiteReader.problemAt(
                fileName,
                text,
                overrides,
                "workloads." + i + "." + workload.name() + ".possible-cpus",
                "possible-cpus "
                    + workload.possibleCpus()
                    + " is less than the cores of a placement",
                "at least " + most + ", or 0 for as many as the host has"));
      }
    }
    return problems;
  }

  private static int mostCores(Plan plan, WorkloadSpec workload) {
    return plan.hosts().stream()
        .flatMap(host -> host.cells().stream())
        .filter(cell -> cell.workload().equals(workload))
        .mapToInt(cell -> cell.placement().cores())
        .max()
        .orElse(0);
  }
}
