package io.slablab.suites.spec;

import java.util.List;
import java.util.Optional;

/**
 * What to compare, where, how often.
 *
 * @param version of the schema, 1
 * @param hosts Ansible host pattern
 * @param baseline id of the variant that the others are compared with
 * @param contract how quiet hosts must be; {@link Contract#NONE} stands where nothing is said
 */
public record Suite(
    int version,
    String name,
    String hosts,
    Engine engine,
    List<WorkloadSpec> workloads,
    List<VariantSpec> variants,
    String baseline,
    Placements placements,
    Design design,
    TrialTimes trial,
    List<Metric> metrics,
    Optional<Gate> gate,
    Optional<Contract> contract) {
  public Suite {
    workloads = List.copyOf(workloads);
    variants = List.copyOf(variants);
    metrics = List.copyOf(metrics);
  }

  /** The metric that decides: the gate's, or the first. */
  public Metric decisive() {
    return gate.map(Gate::metric).orElseGet(metrics::getFirst);
  }

  /** The name under which the baseline runs a second time in a null cell. */
  public String twin() {
    return twin(baseline);
  }

  /** The same of a baseline's id. */
  public static String twin(String baseline) {
    return baseline + "-null";
  }
}
