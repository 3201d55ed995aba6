package io.slablab.coordinator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.SysfsTopology;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.yaml.SuiteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanReaderTest {
  private static final Suite SUITE =
      SuiteReader.read(
              "s.yaml",
              """
              slablab: 1
              name: stored
              workloads: [exec, {tc: {live: 7, actions: 2}}]
              variants: [baseline, ctor-dtor]
              baseline: baseline
              placements: {cores: [1], memory: [local, interleave]}
              design: {blocks: {min: 3, max: 3}, seed: 7}
              trial: {warmup: 100ms, measure: 200ms, interval: 100ms}
              """,
              Map.of())
          .suite()
          .orElseThrow();

  @Test
  void readsBackWhatWasWrittenToTheByteAndToTheOrder() throws IOException {
    Plan plan =
        Planner.plan(
            SUITE,
            List.of(
                new PlannedHost("b", SysfsTopology.read(Path.of("/")), CpuList.parse("")),
                new PlannedHost("a", SysfsTopology.read(Path.of("/")), CpuList.parse(""))),
            7);
    Plan read = PlanReader.read(PlanJson.text(plan), SUITE);
    assertThat(PlanJson.text(read)).isEqualTo(PlanJson.text(plan));
    assertThat(PlanOrders.orders(read, SUITE)).isEqualTo(PlanOrders.orders(plan, SUITE));
    assertThat(PlanOrders.orders(read, SUITE).keySet()).containsExactly("b", "a");
  }

  @Test
  void whatIsNoPlanIsRefusedInOneLine() {
    assertThatThrownBy(() -> PlanReader.read("{", SUITE)).hasMessageStartingWith("is no JSON");
    assertThatThrownBy(() -> PlanReader.read("{}", SUITE)).hasMessageContaining("not a plan");
    assertThatThrownBy(() ->
            PlanReader.read(
                """
                {"schema":"slablab/plan/1","hosts":[{"host":"h","cells":[{"workload":"x"}]}]}
                """,
                SUITE))
        .hasMessageStartingWith("is no plan");
  }
}
