package io.slablab.coordinator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.placement.PlacementException;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.Topology;
import io.slablab.coordinator.stats.Fixture;
import io.slablab.suites.spec.Suite;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.yaml.SuiteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final String SUITE =
      """
      slablab: 1
      name: both
      workloads: [exec, {tc: {live: 1}}, {tc: {live: 1000, actions: 2}}]
      variants: [baseline, ctor-dtor, {again: {design: baseline, faithful: true}}]
      placements: {layout: [compact, "node:0"], cores: [1, all]}
      design: {blocks: {min: 4, max: 4}}
      trial: {warmup: 500ms, measure: 1500ms, interval: 500ms}
      metrics: [throughput, lock-wait]
      """;

  private static Suite suite(String text) {
    SuiteReader.Result result = SuiteReader.read("s.yaml", text, Map.of());
    assertThat(result.problems()).isEmpty();
    return result.suite().orElseThrow();
  }

  /** One socket, one node, one thread per core. */
  private static Topology flat(int cpus) {
    CpuList all = CpuList.of(IntStream.range(0, cpus));
    return new Topology(
        List.of(new Topology.Socket(0, all)),
        List.of(new Topology.Node(0, all, 1L << 30, List.of(10))),
        List.of(new Topology.Llc(0, all, 1 << 20)),
        cpus,
        1,
        cpus,
        CpuList.empty(),
        IntStream.range(0, cpus).mapToObj(CpuList::of).toList());
  }

  private static PlannedHost host(String name, int cpus) {
    return new PlannedHost(name, flat(cpus), CpuList.empty());
  }

  private static Plan plan(long seed) {
    return Planner.plan(suite(SUITE), List.of(host("localhost", 2), host("other", 4)), seed);
  }

  @Test
  void cellsAreWorkloadsTimesPlacementsEachCpuSetOnce() {
    assertThat(plan(42).hosts().getFirst().cells().stream().map(PlannedCell::id))
        .containsExactly(
            "exec-compact-1-local",
            "exec-compact-2-local",
            "tc-live1-actions1-compact-1-local",
            "tc-live1-actions1-compact-2-local",
            "tc-live1000-actions2-compact-1-local",
            "tc-live1000-actions2-compact-2-local");
  }

  @Test
  void everyBlockHasEveryVariantOnceAndOddBlocksReverseEvenOnes() {
    for (Plan.HostPlan host : plan(42).hosts()) {
      Map<String, List<PlannedTrial>> byBlock =
          host.trials().stream()
              .collect(Collectors.groupingBy(trial -> trial.cell() + "#" + trial.block()));
      assertThat(byBlock).hasSize(6 * 4);
      for (PlannedCell cell : host.cells()) {
        for (int block = 0; block < 4; block += 2) {
          List<String> even = variants(block(byBlock, cell, block));
          assertThat(even).containsExactlyInAnyOrder("baseline", "ctor-dtor", "again");
          assertThat(variants(block(byBlock, cell, block + 1))).isEqualTo(even.reversed());
        }
      }
    }
  }

  private static List<PlannedTrial> block(
      Map<String, List<PlannedTrial>> byBlock, PlannedCell cell, int block) {
    return byBlock.getOrDefault(cell.id() + "#" + block, List.of());
  }

  private static List<String> variants(List<PlannedTrial> block) {
    assertThat(block.stream().map(PlannedTrial::position)).containsExactly(0, 1, 2);
    return block.stream().map(PlannedTrial::variant).toList();
  }

  @Test
  void theScheduleIsTheReferences() {
    int found = 0;
    for (JsonNode c : Fixture.read("schedule").get("cases")) {
      if (c.path("kind").asText().equals("schedule")) {
        found++;
        List<String> planned = new ArrayList<>();
        Schedule.of(
                c.get("seed").asLong(),
                texts(c.get("cells")),
                texts(c.get("variants")),
                c.get("blocks").asInt())
            .forEach(s ->
                planned.add(s.block() + " " + s.cell() + " " + s.position() + " " + s.variant()));
        List<String> expected = new ArrayList<>();
        c.get("expected").forEach(row -> expected.add(String.join(" ", texts(row))));
        assertThat(planned).isEqualTo(expected);
      }
    }
    assertThat(found).isPositive();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  @Test
  void longerPlansStartWithShorterOnes() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      List<String> cells = names("c", random.nextInt(1, 6));
      List<String> variants = names("v", random.nextInt(1, 5));
      List<Schedule.Step> steps = Schedule.of(seed + i, cells, variants, 9);
      int blocks = random.nextInt(1, 9);
      assertThat(Schedule.of(seed + i, cells, variants, blocks))
          .as("seed %d", seed)
          .isEqualTo(steps.subList(0, blocks * cells.size() * variants.size()));
    }
  }

  @Test
  void aSingleBlockIsOrderedAsInALongSchedule() {
    List<String> variants = names("v", 4);
    List<Schedule.Step> steps = Schedule.of(5, List.of("c"), variants, 9);
    for (int block = 0; block < 9; block++) {
      assertThat(Schedule.order(5, new Schedule.Arms("c", variants), block))
          .isEqualTo(
              steps.subList(4 * block, 4 * block + 4).stream()
                  .map(Schedule.Step::variant)
                  .toList());
    }
  }

  @Test
  void plansSayWhatCellsMayGetAndHoldWhatTheyGot() throws IOException {
    Suite suite =
        suite(SUITE.replace("{min: 4, max: 4}", "{min: 4, max: 20}, target: 1.5%, budget: 2h"));
    Plan plan = Planner.plan(suite, List.of(host("localhost", 2)), 42);
    assertThat(PlanText.render(plan))
        .contains(
            "4 per cell, then one by one up to 20 until throughput is known to +-1.5% or 2h are"
                + " spent",
            "72 trials on 1 host at least, about");
    assertThat(new ObjectMapper().readTree(PlanJson.text(plan)).get("adaptive").toString())
        .isEqualTo(
            "{\"metric\":\"throughput\",\"target\":0.015,\"minBlocks\":4,\"maxBlocks\":20,"
                + "\"budgetNs\":7200000000000}");
    PlannedCell cell = plan.hosts().getFirst().cells().getFirst();
    AddedBlock block = Planner.nextBlock(plan, "localhost", cell, 4);
    Plan with = plan.with(List.of(block));
    assertThat(with.trialCount()).isEqualTo(75);
    assertThat(with.hosts().getFirst().trials().subList(72, 75)).isEqualTo(block.trials());
    assertThat(PlanOrders.orders(plan, block).stream().map(TrialOrder::id))
        .containsExactlyElementsOf(block.trials().stream().map(PlannedTrial::id).toList());
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  @Test
  void samePlanSameBytesOtherSeedOtherOrder() {
    assertThat(PlanJson.text(plan(42))).isEqualTo(PlanJson.text(plan(42)));
    assertThat(PlanJson.text(plan(42))).isNotEqualTo(PlanJson.text(plan(43)));
  }

  @Test
  void planJsonHoldsCellsTrialsAndMetrics() throws IOException {
    JsonNode json = new ObjectMapper().readTree(PlanJson.text(plan(42)));
    assertThat(json.get("schema").asText()).isEqualTo("slablab/plan/1");
    assertThat(json.get("suite").asText()).isEqualTo("both");
    assertThat(json.get("seed").asLong()).isEqualTo(42);
    assertThat(texts(json.get("metrics"))).containsExactly("throughput", "lock-wait");
    assertThat(json.get("etaSeconds").asDouble()).isEqualTo(6 * 4 * 3 * 3.5);
    JsonNode cell = json.at("/hosts/0/cells/1");
    assertThat(cell.toString())
        .isEqualTo(
            "{\"id\":\"exec-compact-2-local\",\"engine\":\"threads\",\"workload\":\"exec\","
                + "\"params\":{\"rest\":\"none\",\"live\":\"1\",\"reuse\":\"1.0\","
                + "\"remote-free\":\"0.0\",\"possible-cpus\":\"0\",\"rss-updates\":\"4\"},"
                + "\"placement\":{\"layout\":\"compact\",\"cores\":2,\"cpus\":\"0-1\","
                + "\"order\":[0,1],\"memory\":\"local\"},"
                + "\"variants\":[\"baseline\",\"ctor-dtor\",\"again\"],\"baseline\":\"baseline\"}");
    assertThat(json.at("/hosts/1/trials")).hasSize(72);
  }

  @Test
  void ordersCarryTheWholeTrial() {
    Plan plan = plan(42);
    Map<String, List<TrialOrder>> orders = PlanOrders.orders(plan, plan.suite());
    assertThat(orders.keySet()).containsExactly("localhost", "other");
    TrialOrder order =
        orders.getOrDefault("localhost", List.of()).stream()
            .filter(o -> o.id().equals("localhost/exec-compact-2-local/0003-again"))
            .findFirst()
            .orElseThrow();
    assertThat(order.design()).isEqualTo("baseline");
    assertThat(order.faithful()).isTrue();
    assertThat(order.cpus()).containsExactly(0, 1);
    assertThat(order.measureNs()).isEqualTo(1_500_000_000L);
    assertThat(order.recording()).isTrue();
    assertThat(WorkloadSpec.of(order.workload(), order.params()))
        .isEqualTo(plan.suite().workloads().getFirst());
  }

  @Test
  void variantsOfABlockShareASeedThatNoOtherBlockHas() {
    Plan plan = plan(42);
    Map<String, Set<Long>> seeds =
        PlanOrders.orders(plan, plan.suite()).getOrDefault("localhost", List.of()).stream()
            .collect(
                Collectors.groupingBy(
                    o -> o.cell() + "#" + o.block(),
                    Collectors.mapping(TrialOrder::seed, Collectors.toSet())));
    Set<Long> all = new HashSet<>();
    seeds.values().forEach(of -> assertThat(of).hasSize(1).allMatch(all::add));
  }

  private static Plan withNullCells() {
    return Planner.plan(
        suite(SUITE.replace("{min: 4, max: 4}", "{min: 4, max: 4}, null: true")),
        List.of(host("localhost", 2), host("other", 4)),
        42);
  }

  @Test
  void nullCellsRunTheBaselineAgainUnderAnotherNameAndOthersStayAsTheyWere() {
    Plan plan = withNullCells();
    Plan without = plan(42);
    int found = 0;
    for (int h = 0; h < 2; h++) {
      Plan.HostPlan host = plan.hosts().get(h);
      for (PlannedCell cell : host.cells()) {
        List<PlannedTrial> trials = ofCell(host, cell);
        if (cell.isNull()) {
          found++;
          assertThat(trials).hasSize(4 * 4);
          assertThat(trials.stream().filter(t -> t.variant().equals("baseline-null"))).hasSize(4);
        } else {
          assertThat(trials).isEqualTo(ofCell(without.hosts().get(h), cell));
        }
      }
    }
    assertThat(found).as("a tenth of 12 cells, but three").isEqualTo(3);
  }

  private static List<PlannedTrial> ofCell(Plan.HostPlan host, PlannedCell cell) {
    return host.trials().stream().filter(trial -> trial.cell().equals(cell.id())).toList();
  }

  @Test
  void aTenthOfTheCellsIsNullAndNotLessThanThree() {
    assertThat(NullCells.choose(1, names("c", 2))).containsExactlyInAnyOrder("c0", "c1");
    assertThat(NullCells.choose(1, names("c", 20))).hasSize(3);
    assertThat(NullCells.choose(1, names("c", 31))).hasSize(4);
    assertThat(NullCells.choose(1, names("c", 100)))
        .hasSize(10)
        .isEqualTo(NullCells.choose(1, names("c", 100)))
        .isNotEqualTo(NullCells.choose(2, names("c", 100)));
  }

  @Test
  void aTwinIsOrderedAsTheBaselineAndIsInPlanJson() throws IOException {
    Plan plan = withNullCells();
    List<TrialOrder> twins =
        PlanOrders.orders(plan, plan.suite()).values().stream()
            .flatMap(List::stream)
            .filter(order -> order.variant().equals("baseline-null"))
            .toList();
    assertThat(twins).hasSize(3 * 4).allMatch(order -> order.design().equals("baseline"));
    String json = PlanJson.text(plan);
    assertThat(json).contains("\"control\" : \"baseline-null\"");
    assertThat(PlanReader.read(json, plan.suite())).isEqualTo(plan);
    assertThat(PlanText.render(plan)).contains(", null cell", "as baseline-null too");
  }

  @Test
  void placementsThatAHostCannotGiveAreAllNamed() {
    Suite suite = suite(SUITE.replace("[1, all]", "[3, 9]"));
    assertThatThrownBy(() -> Planner.plan(suite, List.of(host("localhost", 2)), 1))
        .isInstanceOf(PlacementException.class)
        .hasMessageContaining("cores 3")
        .hasMessageContaining("cores 9");
  }

  @Test
  void placementsThatAHostCannotGiveHaveTheirPlaceInTheSuite() {
    String text = SUITE.replace("[1, all]", "[1, 9]");
    PlacementException refused =
        catchThrowableOfType(
            PlacementException.class,
            () -> Planner.plan(suite(text), List.of(host("localhost", 2)), 1));
    assertThat(PlacementPlaces.problems("s.yaml", text, Map.of(), refused).getFirst().render())
        .isEqualTo(
            """
            s.yaml:5:54: cores 9 is more than the host has
                5 | placements: {layout: [compact, "node:0"], cores: [1, 9]}
                  |                                                      ^ at most 2\
            """);
  }

  @Test
  void textForPeople() {
    Suite suite =
        suite(
            SUITE
                .replace(", {tc: {live: 1}}, {tc: {live: 1000, actions: 2}}", "")
                .replace("compact, ", ""));
    assertThat(PlanText.render(Planner.plan(suite, List.of(host("localhost", 2)), 7)))
        .isEqualTo(
            """
            suite      both, seed 7
            variants   baseline, ctor-dtor, again = baseline with its defects (compared with baseline)
            trial      warm-up 500ms, measured 1500ms, interval 500ms
            blocks     4 per cell
                       too few for an interval or a verdict: 5 are the least

            host localhost: 2 cells, 24 trials
              exec-node0-1-local  CPUs 0
              exec-node0-2-local  CPUs 0-1

            24 trials on 1 host, about 1 min 24 s
            """);
  }

  @Test
  void everyShippedSuiteHasAPlanHere() throws IOException {
    for (String name : List.of("a-a", "exec-scaling", "quick", "tc-churn")) {
      Suite suite = suite(Files.readString(Path.of("..", "suites", name + ".yaml")));
      Plan plan = Planner.plan(suite, List.of(host("localhost", 4)), suite.design().seed());
      assertThat(plan.trialCount()).as(name).isPositive();
    }
  }
}
