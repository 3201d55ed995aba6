package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.Topology;
import io.slablab.coordinator.journal.JournalRecord.BlockAdded;
import io.slablab.coordinator.journal.JournalRecord.CellStopped;
import io.slablab.coordinator.plan.Plan;
import io.slablab.coordinator.plan.PlannedHost;
import io.slablab.coordinator.plan.Planner;
import io.slablab.coordinator.stats.Streams;
import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.verdict.CampaignData;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsCalculator;
import io.slablab.coordinator.verdict.StopReason;
import io.slablab.coordinator.verdict.TrialFiles;
import io.slablab.suites.yaml.SuiteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Campaigns that give blocks to cells until their intervals are narrow. */
class AdaptiveBlocksTest {
  private static final String SUITE =
      """
      slablab: 1
      name: adaptive
      workloads: [exec]
      variants: [baseline, ctor-dtor]
      placements: {cores: [1, 2]}
      design: {blocks: {min: 8, max: 16}, target: 1%}
      trial: {warmup: 100ms, measure: 200ms, interval: 100ms}
      metrics: [throughput]
      """;
  private static final String QUIET = "exec-compact-1-local";
  private static final String NOISY = "exec-compact-2-local";

  /** A file system in memory, where forcing a file costs nothing. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "slablab-adaptive")
            : Files.createTempDirectory("slablab-adaptive");
  }

  @AfterEach
  void deleteFolder() throws IOException {
    AtomicFiles.deleteTree(folder);
  }

  private static Plan plan(String suite) {
    CpuList cpus = CpuList.of(IntStream.range(0, 2));
    Topology two =
        new Topology(
            List.of(new Topology.Socket(0, cpus)),
            List.of(new Topology.Node(0, cpus, 1L << 30, List.of(10))),
            List.of(new Topology.Llc(0, cpus, 1 << 20)),
            2,
            1,
            2,
            CpuList.empty(),
            IntStream.range(0, 2).mapToObj(CpuList::of).toList());
    SuiteReader.Result read = SuiteReader.read("s.yaml", suite, Map.of());
    assertThat(read.problems()).isEmpty();
    return Planner.plan(
        read.suite().orElseThrow(), List.of(new PlannedHost("h", two, CpuList.empty())), 42);
  }

  /** Of the quiet cell steady to a tenth of a per cent, of the noisy one to 3 %. */
  private static long operations(TrialOrder order) {
    SplittableRandom random = new SplittableRandom(Streams.of(9, order.id()).next());
    double sd = order.cell().equals(QUIET) ? 0.001 : 0.03;
    return Math.round(1e9 * Math.exp(sd * random.nextGaussian()));
  }

  private AdaptiveWorld world(String name, String suite) throws IOException {
    return new AdaptiveWorld(
        folder.resolve(name), plan(suite), AdaptiveBlocksTest::operations, Duration.ofSeconds(5));
  }

  private static List<Integer> blocks(List<BlockAdded> added, String cell) {
    return added.stream().filter(b -> b.cell().equals(cell)).map(BlockAdded::block).toList();
  }

  @Test
  void theNoisyCellGetsMoreBlocksAndTheJournalSaysWhyEachStopped() throws IOException {
    AdaptiveWorld world = world("one", SUITE);
    world.runToTheEnd();
    List<BlockAdded> added = world.records(BlockAdded.class);
    assertThat(blocks(added, QUIET)).as("two looks, at 8 and 10").containsExactly(8, 9);
    assertThat(blocks(added, NOISY)).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
    assertThat(added.getFirst().cell()).as("the widest is first").isEqualTo(NOISY);
    assertThat(world.records(CellStopped.class).stream().map(s -> s.cell() + " " + s.reason()))
        .containsExactlyInAnyOrder(QUIET + " precision", NOISY + " max");
    assertThat(world.ran()).hasSize(2 * 2 * 8 + 2 * 10).doesNotHaveDuplicates();
  }

  @Test
  void addedBlocksAreThoseOfALongerPlan() throws IOException {
    AdaptiveWorld world = world("one", SUITE);
    world.runToTheEnd();
    Plan longer = plan(SUITE.replace("{min: 8, max: 16}, target: 1%", "{min: 16, max: 16}"));
    List<String> planned =
        longer.hosts().getFirst().trials().stream()
            .filter(trial -> trial.cell().equals(NOISY))
            .map(trial -> trial.id())
            .toList();
    assertThat(world.ran().stream().filter(id -> id.contains(NOISY)).toList()).isEqualTo(planned);
  }

  @Test
  void gainsCountAddedBlocksPayForTheLooksAndSayWhyCellsStopped() throws IOException {
    AdaptiveWorld world = world("one", SUITE);
    world.runToTheEnd();
    CampaignData data = TrialFiles.read(world.run().root());
    Gains gains = GainsCalculator.compute(data);
    assertThat(gains.settings().inflation()).isEqualTo(1.04);
    Gains.Cell noisy =
        gains.cells().stream().filter(c -> c.id().equals(NOISY)).findFirst().orElseThrow();
    assertThat(noisy.gains().getFirst().blocks()).isEqualTo(16);
    assertThat(noisy.gains().getFirst().blocksPlanned()).isEqualTo(16);
    assertThat(noisy.trials().missing()).isZero();
    Gains.Stop stop = Objects.requireNonNull(noisy.stop());
    assertThat(stop.reason()).isEqualTo(StopReason.MOST_BLOCKS);
    assertThat(stop.blocks()).isEqualTo(16);
    assertThat(gains.notes())
        .anyMatch(note -> note.startsWith("Blocks were added until throughput was known to +-1 %"))
        .anyMatch(note -> note.startsWith("Stopped, at the most blocks: h/" + NOISY));
  }

  /** Whatever record it dies at, and whether its agent dies too: its successor goes on the same. */
  @Test
  void aCoordinatorThatIsKilledChangesNothing() throws IOException {
    AdaptiveWorld whole = world("whole", SUITE);
    whole.runToTheEnd();
    List<BlockAdded> added = whole.records(BlockAdded.class);
    List<CellStopped> stopped = whole.records(CellStopped.class);
    for (int append = 62; append < 118; append += 3) {
      AdaptiveWorld killed =
          world("killed-" + append, SUITE).killedAt(append, append % 2 == 0, append % 4 < 2);
      killed.runToTheEnd();
      assertThat(killed.records(BlockAdded.class)).as("killed at %d", append).isEqualTo(added);
      assertThat(killed.records(CellStopped.class)).as("killed at %d", append).isEqualTo(stopped);
      assertThat(new HashSet<>(killed.ran())).isEqualTo(new HashSet<>(whole.ran()));
      assertThat(killed.coordinators()).as("killed at %d", append).isEqualTo(2);
    }
  }

  /** 32 trials of 5 s take 160 s of 180; a block of the plan takes 3.6 s, of the clock 10 s. */
  @Test
  void theBudgetEndsIt() throws IOException {
    AdaptiveWorld world = world("one", SUITE.replace("target: 1%", "target: 1%, budget: 180s"));
    world.runToTheEnd();
    assertThat(blocks(world.records(BlockAdded.class), NOISY)).containsExactly(8, 9);
    assertThat(world.records(CellStopped.class))
        .hasSize(2)
        .allMatch(stop -> stop.reason().equals("budget"));
    Gains gains = GainsCalculator.compute(TrialFiles.read(world.run().root()));
    assertThat(gains.notes())
        .anyMatch(note -> note.startsWith("Stopped, the budget was spent: h/"));
  }

  @Test
  void aSuiteWithoutATargetHasAPlanAndNoMore() throws IOException {
    String fixed = SUITE.replace(", target: 1%", "");
    assertThat(plan(fixed).suite().design().adaptive()).isFalse();
    assertThat(TrialFiles.read(world("one", fixed).run().root()).stopping()).isNull();
  }
}
