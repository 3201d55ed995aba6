package io.slablab.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.placement.Affinity;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.allocator.mm.MmKernel;
import io.slablab.suites.spec.KernelOptions;
import io.slablab.suites.spec.MachineOptions;
import io.slablab.suites.spec.Rest;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec.Lifetime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The suites' workloads in real forks. */
class WorkloadTrialTest {
  private static final int CHUNK_BOOKS_BYTES = 36 << 10;

  @TempDir Path dir;

  static Stream<Arguments> workloads() {
    WorkloadSpec exec = new WorkloadSpec.ExecSpec(new Rest.None(), 16, 0.5, 4, 0.1, 0);
    WorkloadSpec tc = new WorkloadSpec.TcSpec(2, 100, 0.5, 0.1, true, new Rest.None(), 0);
    return Stream.of(
        Arguments.of(exec, "baseline"),
        Arguments.of(exec, "ctor-dtor"),
        Arguments.of(tc, "baseline"),
        Arguments.of(tc, "ctor-dtor"));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("workloads")
  void trialsAllocateNothingOnTheHeapAndLeakNothing(WorkloadSpec workload, String design)
      throws IOException {
    TrialOutcome outcome = run(order(workload, design, false, 1000));

    assertThat(outcome).isInstanceOf(TrialOutcome.Done.class);
    JsonNode trial = read("trial.json");
    assertThat(trial.path("options")).isEmpty();
    assertThat(read("locks.json").path("locks")).isNotEmpty();
    JsonNode allocator = read("allocator.json");
    assertThat(allocator.path("schema").asText()).isEqualTo("slablab/allocator/1");
    checkHeap(trial.path("iterations"), allocator.at("/allocator/percpu/nrMaxChunks").asInt());
    assertThat(allocator.has("findings")).as("nothing checks").isFalse();
    assertThat(allocator.has("areas")).as("nothing counts").isFalse();
    checkMemory(allocator.path("memory"), design);
    JsonNode attributes = allocator.at("/slab/0");
    assertThat(attributes.path("directory").asText()).isNotEmpty();
    assertThat(attributes.at("/figures/alloc_slab").asLong()).isPositive();
    assertThat(attributes.at("/parts/slabs/N0").asLong())
        .isEqualTo(attributes.at("/figures/slabs").asLong());
  }

  /**
   * Under a byte per operation of the whole window, beside what each percpu chunk takes for its
   * books once: where others have the CPUs, the operations of a second are fewer than those bytes.
   */
  private static void checkHeap(JsonNode intervals, int chunks) {
    long ops = 0;
    double bytes = 0;
    for (JsonNode interval : intervals) {
      long intervalOps = interval.path("ops").asLong();
      assertThat(intervalOps).isPositive();
      assertThat(interval.path("gcCount").asInt()).isZero();
      ops += intervalOps;
      bytes += interval.path("allocatedBytesPerOp").asDouble() * intervalOps;
    }
    assertThat(bytes).isLessThan(ops + (double) chunks * CHUNK_BOOKS_BYTES);
  }

  /** Processes wait in rings for their last thread: how many, and so the heap, varies at first. */
  @Test
  void threadsEndOnAllWorkersAndLeakNothing() throws IOException {
    WorkloadSpec thread =
        new WorkloadSpec.ThreadSpec(new Rest.None(), 16, 0.5, 2, 4, 0.5, 0, MmKernel.V7_0);

    assertThat(run(order(thread, "ctor-dtor", false, 500))).isInstanceOf(TrialOutcome.Done.class);
    JsonNode pool = read("allocator.json").at("/workload/pool");
    assertThat(pool.path("gets").asLong()).isPositive();
    assertThat(pool.path("failedGets").asLong()).isZero();
  }

  private TrialOutcome run(TrialOrder order) {
    return new TrialRunner().run(order, dir, (_, _) -> {});
  }

  private JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(dir.resolve(file).toFile());
  }

  private static TrialOrder order(
      WorkloadSpec workload, String design, boolean faithful, int measureMs) {
    return new TrialOrder(
        "here/cell/0-" + design,
        "here",
        "cell",
        0,
        0,
        design,
        design,
        faithful,
        workload.name(),
        workload.params(),
        "compact",
        Affinity.granted().toList(),
        "local",
        TimeUnit.MILLISECONDS.toNanos(measureMs / 2),
        TimeUnit.MILLISECONDS.toNanos(measureMs),
        TimeUnit.MILLISECONDS.toNanos(250),
        5,
        true);
  }

  @Test
  void everythingThatChecksAtOnceFindsNothing() throws IOException {
    WorkloadSpec exec = new WorkloadSpec.ExecSpec(new Rest.None(), 16, 0.5, 4, 0.1, 0);
    Map<String, String> options =
        new KernelOptions(
                "FZPU", true, true, "full", List.of("kasan", "kmemleak", "debug_objects", "kfence"))
            .params();

    assertThat(run(order(exec, "ctor-dtor", false, 500).withOptions(options)))
        .isInstanceOf(TrialOutcome.Done.class);

    assertThat(read("trial.json").path("options"))
        .hasToString(
            "{\"slub_debug\":\"FZPU\",\"init_on_alloc\":\"1\",\"init_on_free\":\"1\","
                + "\"lockdep\":\"full\",\"debug\":\"kasan,kmemleak,debug_objects,kfence\"}");
    assertThat(read("allocator.json").at("/findings"))
        .hasToString(
            "{\"counts\":{\"slub_debug\":{},\"kasan\":{},\"kmemleak\":{},\"debug_objects\":{},"
                + "\"kfence\":{},\"lockdep\":{}},\"texts\":[]}");
    assertThat(read("allocator.json").at("/slab/0/figures/red_zone").asInt()).isEqualTo(1);
  }

  @Test
  void thePercpuAllocatorOfATrialIsBuiltAsItsOptionsSay() throws IOException {
    WorkloadSpec percpu =
        new WorkloadSpec.PercpuSpec(
            List.of(16, 64), 8, 4000, 0, Lifetime.RANDOM, 0.1, true, 4, 0.1, new Rest.None(), 4);
    String built = "atom_size=4096,backing=km,dyn_size=20480,reserved_size=0,static_size=4096";

    assertThat(
            run(
                order(percpu, "baseline", false, 500)
                    .withOptions(Map.of(KernelOptions.PERCPU, built))))
        .isInstanceOf(TrialOutcome.Done.class);

    assertThat(read("trial.json").at("/options/percpu").asText()).isEqualTo(built);
    assertThat(read("trial.json").at("/params/sizes").asText()).isEqualTo("16+64");
    JsonNode allocator = read("allocator.json").at("/allocator/percpu");
    assertThat(allocator.path("unitSize").asInt()).isEqualTo(32 << 10);
    assertThat(allocator.path("populatedPages").asInt() % 8).as("whole chunks").isZero();
    assertThat(allocator.path("nrAlloc").asLong() - allocator.path("nrDealloc").asLong())
        .as("live batches of each worker, and what is on its way to the next")
        .isGreaterThanOrEqualTo(16_000);
    assertThat(allocator.path("emptyPopPages").asInt()).isPositive();
  }

  @Test
  void theMachineOfATrialIsWhatItsOptionsSay() throws IOException {
    WorkloadSpec exec = new WorkloadSpec.ExecSpec(new Rest.None(), 16, 0.5, 4, 0.1, 4);
    Map<String, String> options =
        Map.of(MachineOptions.NUMA_FAKE, "2", MachineOptions.MUTEX, "fair");

    assertThat(run(order(exec, "baseline", false, 500).withOptions(options)))
        .isInstanceOf(TrialOutcome.Done.class);

    assertThat(read("trial.json").at("/options/numa_fake").asText()).isEqualTo("2");
    assertThat(read("trial.json").at("/options/mutex").asText()).isEqualTo("fair");
    assertThat(read("locks.json").path("locks").toString()).contains("pcpu_alloc_mutex");
  }

  @Test
  void aBlockThatIsTooLargeFailsItsTrialInWords() throws IOException {
    WorkloadSpec exec = new WorkloadSpec.ExecSpec(new Rest.None(), 1, 1, 4, 0, 64);

    TrialOutcome outcome =
        run(
            order(exec, "baseline", false, 500)
                .withOptions(Map.of(KernelOptions.PERCPU, "backing=km")));

    assertThat(outcome.toString()).contains("percpu-km needs ");
  }

  @Test
  void whatACheckFindsIsAWarningOfItsTrial() throws IOException {
    WorkloadSpec exec = new WorkloadSpec.ExecSpec(new Rest.None(), 16, 0.5, 4, 0, 0);
    Map<String, String> options = Map.of(KernelOptions.DEBUG, "kasan,alloc_profiling");

    assertThat(run(order(exec, "ctor-dtor", true, 500).withOptions(options)))
        .isInstanceOf(TrialOutcome.Done.class);

    assertThat(read("trial.json").path("warnings").toString())
        .containsPattern("\"kasan reported: [a-z, -]*slab-use-after-free\"");
    JsonNode findings = read("allocator.json").path("findings");
    assertThat(findings.at("/counts/kasan/slab-use-after-free").asLong()).isPositive();
    assertThat(findings.path("texts").toString()).contains("KASAN: slab-use-after-free in ");
    assertThat(findings.path("counts").has("alloc_profiling")).isFalse();
    JsonNode areas = read("allocator.json").path("areas");
    assertThat(areas).isNotEmpty();
    assertThat(areas.at("/0/bytes").asInt()).isEqualTo(16);
    assertThat(areas.at("/0/site").asText()).isNotEmpty();
  }

  private static void checkMemory(JsonNode memory, String design) {
    assertThat(memory.path("idleBytes").asLong()).isEqualTo(memory.at("/idle/bytes").asLong());
    assertThat(memory.path("peakBytes").asLong()).isEqualTo(memory.at("/peak/bytes").asLong());
    assertThat(memory.path("peakBytes").asLong())
        .isGreaterThanOrEqualTo(memory.at("/end/bytes").asLong());
    for (String part : new String[] {"peak", "end", "idle"}) {
      assertThat(memory.at("/" + part + "/slabObjects").asLong()).isPositive();
      assertThat(memory.at("/" + part + "/percpuFragmentation").asDouble()).isBetween(0.0, 1.0);
    }
    long idleAreas = memory.at("/idle/percpuBytes").asLong();
    if (design.equals("baseline")) {
      assertThat(idleAreas).as("areas without an object").isZero();
    } else {
      assertThat(idleAreas).as("areas of free objects").isPositive();
    }
  }
}
