package io.slablab.agent.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.placement.Affinity;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.suites.spec.Rest;
import io.slablab.suites.spec.WorkloadSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The suites' workloads in real forks. */
class WorkloadTrialTest {
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
    TrialOrder order =
        new TrialOrder(
            "here/cell/0-" + design,
            "here",
            "cell",
            0,
            0,
            design,
            design,
            false,
            workload.name(),
            workload.params(),
            "compact",
            Affinity.granted().toList(),
            "local",
            TimeUnit.MILLISECONDS.toNanos(500),
            TimeUnit.MILLISECONDS.toNanos(1000),
            TimeUnit.MILLISECONDS.toNanos(250),
            5,
            true);

    TrialOutcome outcome = new TrialRunner().run(order, dir, (_, _) -> {});

    assertThat(outcome).isInstanceOf(TrialOutcome.Done.class);
    JsonNode trial = new ObjectMapper().readTree(dir.resolve("trial.json").toFile());
    checkHeap(trial.path("iterations"));
    assertThat(new ObjectMapper().readTree(dir.resolve("locks.json").toFile()).path("locks"))
        .isNotEmpty();
    JsonNode allocator = new ObjectMapper().readTree(dir.resolve("allocator.json").toFile());
    assertThat(allocator.path("schema").asText()).isEqualTo("slablab/allocator/1");
    checkMemory(allocator.path("memory"), design);
    JsonNode attributes = allocator.at("/slab/0");
    assertThat(attributes.path("directory").asText()).isNotEmpty();
    assertThat(attributes.at("/figures/alloc_slab").asLong()).isPositive();
    assertThat(attributes.at("/parts/slabs/N0").asLong())
        .isEqualTo(attributes.at("/figures/slabs").asLong());
  }

  /**
   * Per operation of the whole window, as JMH's gc profiler counts. A chunk that is made within it
   * takes 35 KiB of books once, which is more than a byte for each operation of one short interval
   * in which others had the CPUs.
   */
  private static void checkHeap(JsonNode intervals) {
    long ops = 0;
    double bytes = 0;
    for (JsonNode interval : intervals) {
      long intervalOps = interval.path("ops").asLong();
      assertThat(intervalOps).isPositive();
      assertThat(interval.path("gcCount").asInt()).isZero();
      ops += intervalOps;
      bytes += interval.path("allocatedBytesPerOp").asDouble() * intervalOps;
    }
    assertThat(bytes / ops).isLessThan(1);
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
