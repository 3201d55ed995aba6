package io.slablab.suites.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.mm.MmKernel;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.AreaSource;
import io.slablab.allocator.pool.FrontEnd;
import io.slablab.allocator.pool.MemoryUse;
import io.slablab.allocator.pool.PoolStats;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.suites.spec.Rest;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.spec.WorkloadSpec.ExecSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec;
import io.slablab.suites.spec.WorkloadSpec.PercpuSpec.Lifetime;
import io.slablab.suites.spec.WorkloadSpec.TcSpec;
import io.slablab.suites.spec.WorkloadSpec.ThreadSpec;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class WorkloadTest {
  private static final Rest NONE = new Rest.None();
  private static final int SMALL_PAGES = 4096;

  /** One design of each way to begin and end a life. */
  private static final List<Variant> DIFFERENT =
      List.of(Variant.BASELINE, Variant.CTOR_DTOR, Variant.LAZY_COUNTERS, Variant.SLABLAB_BEST);

  private static AllocatorStack stack(int cpus, StackConfig config) {
    return AllocatorStack.of(HostMachine.of(HostConfig.uniform(cpus, 1)), config);
  }

  private static AllocatorStack stack(int cpus) {
    return stack(cpus, StackConfig.checked(1 << 15));
  }

  private static AllocatorStack stack(int cpus, StackConfig config, VariantSpec variant) {
    return stack(cpus, config.forVariant(Variant.of(variant.design()).orElseThrow()));
  }

  private static ExecSpec exec(int live, double reuse, double remoteFree) {
    return new ExecSpec(NONE, live, reuse, 4, remoteFree, 0);
  }

  private static ExecSpec fork(int live) {
    return new ExecSpec(NONE, live, 0.3, 4, 0.5, 0, true, MmKernel.V6_15);
  }

  private static ThreadSpec thread(int live, int threads, MmKernel mm) {
    return new ThreadSpec(NONE, live, 0.3, threads, 4, 0.5, 0, mm);
  }

  /** Of another kernel; and with an estimator for each action. */
  private static ExecSpec execV70() {
    return new ExecSpec(NONE, 4, 0.3, 4, 0.5, 0, false, MmKernel.V7_0);
  }

  private static TcSpec ratedTc() {
    return new TcSpec(2, 10, 0.3, 0.5, true, NONE, 0, true);
  }

  private static TcSpec tc(int actions, int live, double reuse, double remoteFree) {
    return new TcSpec(actions, live, reuse, remoteFree, true, NONE, 0);
  }

  private static PercpuSpec percpu(List<Integer> sizes, int live, int bulk, double remoteFree) {
    return new PercpuSpec(
        sizes, 8, live, 0.3, Lifetime.RANDOM, 0.3, true, bulk, remoteFree, NONE, 0);
  }

  /** Under the designs that have per-CPU areas from different places. */
  private static Stream<Arguments> percpuCells() {
    List<WorkloadSpec> workloads =
        List.of(percpu(List.of(16), 10, 1, 0), percpu(List.of(8, 16, 16, 64), 20, 4, 0.5));
    return workloads.stream()
        .flatMap(spec ->
            Stream.of("baseline", "region-cache", "scalable-percpu")
                .map(design -> Arguments.of(spec, VariantSpec.of(design))));
  }

  private static int perLive(WorkloadSpec spec) {
    return switch (spec) {
      case ExecSpec _, ThreadSpec _ -> 1;
      case TcSpec tc -> tc.actions();
      case PercpuSpec percpu -> percpu.bulk();
    };
  }

  static Stream<Arguments> cells() {
    return Stream.concat(poolCells(), percpuCells());
  }

  private static Stream<Arguments> poolCells() {
    List<WorkloadSpec> usual =
        List.of(exec(1, 0, 0), exec(8, 0.3, 0.5), fork(4), tc(1, 10, 0, 0), tc(3, 20, 0.3, 0.5));
    List<WorkloadSpec> others =
        List.of(execV70(), ratedTc(), thread(4, 3, MmKernel.V6_15), thread(4, 1, MmKernel.V7_0));
    return Stream.concat(cellsOf(usual, List.of(Variant.values())), cellsOf(others, DIFFERENT));
  }

  private static Stream<Arguments> cellsOf(List<WorkloadSpec> workloads, List<Variant> designs) {
    return workloads.stream()
        .flatMap(spec ->
            designs.stream().map(design -> Arguments.of(spec, VariantSpec.of(design.id()))));
  }

  private static void closeAndCheck(AllocatorStack stack, Workload workload) {
    Cpu cpu = stack.machine().enter(0);
    workload.close(cpu);
    stack.checkNothingLeaked(cpu);
    stack.machine().leave(cpu);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void oneWorkerRunsAndLeavesNothing(WorkloadSpec spec, VariantSpec variant) {
    try (AllocatorStack stack = stack(2, StackConfig.checked(1 << 15), variant)) {
      Workload workload = Workload.open(spec, variant, stack, new int[] {0}, 1);
      OperationStream stream = workload.stream(0);
      stream.enter();
      for (int i = 0; i < 500; i++) {
        stream.next();
      }
      stream.leave();
      WorkloadStats stats = workload.stats();
      assertThat(stats.workers().getFirst().operations()).isEqualTo(500);
      assertThat(stats.workers().getFirst().remoteFrees()).isZero();
      int perLive = perLive(spec);
      assertThat(stats.pool().live()).isEqualTo((long) spec.live() * perLive);
      int perOperation = spec instanceof ExecSpec exec && exec.fork() ? 2 : perLive;
      assertThat(stats.pool().gets()).isEqualTo(500L * perOperation + (long) spec.live() * perLive);
      closeAndCheck(stack, workload);
    }
  }

  /** What idle-bytes and peak-bytes are made of: ended lives leave what the design keeps. */
  @ParameterizedTest
  @MethodSource("cells")
  void endedLivesLeaveWhatTheDesignKeeps(WorkloadSpec spec, VariantSpec variant) {
    try (AllocatorStack stack = stack(2, StackConfig.checked(1 << 15), variant)) {
      Workload workload = Workload.open(spec, variant, stack, new int[] {0}, 1);
      OperationStream stream = workload.stream(0);
      stream.enter();
      stream.leave();
      Cpu cpu = stack.machine().enter(0);
      stack.restartPeaks(cpu);
      MemoryUse live = stack.memoryUse();
      assertThat(stack.peakMemoryUse()).isEqualTo(live);
      workload.endLives(cpu);
      MemoryUse idle = stack.memoryUse();
      PoolStats pool = workload.stats().pool();
      assertThat(pool.live()).isZero();
      assertThat(idle.percpuBytes()).isGreaterThanOrEqualTo(pool.idlePercpuBytes());
      assertThat(stack.peakMemoryUse().bytes()).isEqualTo(live.bytes());
      assertThat(idle.bytes()).isEqualTo(idle.slabBytes() + idle.percpuBytes());
      if (variant.design().equals("baseline")) {
        assertThat(idle.percpuBytes()).isZero();
      }
      workload.close(cpu);
      stack.checkNothingLeaked(cpu);
      assertThat(stack.memoryUse().bytes()).as("after the end").isZero();
      stack.machine().leave(cpu);
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void fourWorkersWithRemoteFreesLeaveNothing(WorkloadSpec spec, VariantSpec variant)
      throws Exception {
    int workers = 4;
    int operations = 3000;
    try (AllocatorStack stack = stack(workers, StackConfig.checked(1 << 15), variant)) {
      Workload workload = Workload.open(spec, variant, stack, new int[] {0, 1, 2, 3}, 7);
      run(workload, operations, 3);
      WorkloadStats stats = workload.stats();
      for (WorkloadStats.WorkerStats worker : stats.workers()) {
        assertThat(worker.operations()).isEqualTo(3L * operations);
        if (spec.remoteFree() > 0) {
          double share = worker.remoteFrees() + worker.ringFull();
          int perOp = spec instanceof ThreadSpec thread ? 1 + thread.threads() : perLive(spec);
          assertThat(share / (3.0 * operations * perOp)).isBetween(0.4, 0.6);
          assertThat(worker.remoteFrees()).isPositive();
        }
      }
      closeAndCheck(stack, workload);
    }
  }

  private static void run(Workload workload, int operations, int rounds) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(workload.workers())) {
      for (int round = 0; round < rounds; round++) {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int worker = 0; worker < workload.workers(); worker++) {
          OperationStream stream = workload.stream(worker);
          tasks.add(() -> {
            stream.enter();
            try {
              for (int i = 0; i < operations; i++) {
                stream.next();
              }
            } finally {
              stream.leave();
            }
            return null;
          });
        }
        for (Future<Void> done : threads.invokeAll(tasks)) {
          done.get();
        }
      }
    }
  }

  @Test
  void sameSeedSameChoices() {
    assertThat(trace(42)).isEqualTo(trace(42)).isNotEqualTo(trace(43));
  }

  /** Counts after every operation of two workers that take turns. */
  private static List<WorkloadStats> trace(long seed) {
    try (AllocatorStack stack = stack(2)) {
      Workload workload =
          Workload.open(
              exec(4, 0.5, 0.5), VariantSpec.of("ctor-dtor"), stack, new int[] {0, 1}, seed);
      List<WorkloadStats> trace = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        OperationStream stream = workload.stream(i % 2);
        stream.enter();
        stream.next();
        stream.leave();
        trace.add(workload.stats());
      }
      closeAndCheck(stack, workload);
      return trace;
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void anOperationAllocatesNoJavaHeap(WorkloadSpec spec, VariantSpec variant) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    StackConfig config =
        new StackConfig(
            MemoryMode.META, 1 << 15, false, true, AreaSource.PERCPU, FrontEnd.CPU_SLABS);
    try (AllocatorStack stack = stack(2, config, variant)) {
      Workload workload = Workload.open(spec, variant, stack, new int[] {0}, 1);
      OperationStream stream = workload.stream(0);
      stream.enter();
      int operations = 20_000;
      for (int i = 0; i < operations; i++) {
        stream.next();
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < operations; i++) {
        stream.next();
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      stream.leave();
      assertThat((double) bytes / operations)
          .as("bytes per operation")
          .isLessThan(1 + kfreeRcuBytes(spec));
      closeAndCheck(stack, workload);
    }
  }

  /**
   * kfree_rcu keeps its pointers in blocks or sheaves, which are made where the kernel takes pages
   * or slab objects for them; a sheaf is half as long again as what it holds.
   */
  private static int kfreeRcuBytes(WorkloadSpec spec) {
    return spec instanceof TcSpec tc && tc.estimator() ? 2 * Long.BYTES * tc.actions() : 0;
  }

  @ParameterizedTest
  @MethodSource("cells")
  void outOfMemoryIsCountedAndThrownAndLeavesNothing(WorkloadSpec small, VariantSpec variant) {
    WorkloadSpec spec =
        switch (small) {
          case ExecSpec _ -> exec(1 << 20, 0, 0);
          case TcSpec _ -> tc(4, 1 << 20, 0, 0);
          case PercpuSpec _ ->
              new PercpuSpec(List.of(256), 8, 1 << 18, 0, Lifetime.FIXED, 0, true, 4, 0, NONE, 0);
          case ThreadSpec _ -> thread(1 << 20, 1, MmKernel.V7_0);
        };
    try (AllocatorStack stack = stack(2, StackConfig.checked(SMALL_PAGES), variant)) {
      Workload workload = Workload.open(spec, variant, stack, new int[] {1}, 1);
      OperationStream stream = workload.stream(0);
      assertThatThrownBy(stream::enter)
          .isInstanceOfSatisfying(
              AllocationFailedException.class,
              e -> {
                assertThat(e.cpu()).isEqualTo(1);
                assertThat(e.operation()).isZero();
                assertThat(e.workload()).isEqualTo(spec.name());
              })
          .hasMessageContaining("no memory for");
      assertThat(workload.stats().workers().getFirst().failures()).isEqualTo(1);
      closeAndCheck(stack, workload);
    }
  }

  @Test
  void aRestTakesItsTime() {
    long restNs = 50_000;
    ExecSpec spec = new ExecSpec(new Rest.Fixed(restNs), 1, 0, 0, 0, 0);
    try (AllocatorStack stack = stack(1)) {
      Workload workload = Workload.open(spec, VariantSpec.of("baseline"), stack, new int[] {0}, 1);
      OperationStream stream = workload.stream(0);
      stream.enter();
      long startNs = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        stream.next();
      }
      assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(20 * restNs);
      stream.leave();
      closeAndCheck(stack, workload);
    }
  }

  @Test
  void refusesWhatCannotRun() {
    try (AllocatorStack stack = stack(2)) {
      VariantSpec baseline = VariantSpec.of("baseline");
      assertThatThrownBy(
              () -> Workload.open(exec(1, 0, 0), VariantSpec.of("magic"), stack, new int[] {0}, 1))
          .hasMessageContaining("no such design: magic");
      assertThatThrownBy(() -> Workload.open(exec(1, 0, 0), baseline, stack, new int[] {0, 2}, 1))
          .hasMessageContaining("possibleCpus=2");
      assertThatThrownBy(() -> Workload.open(exec(1, 0, 0), baseline, stack, new int[] {1, 1}, 1))
          .hasMessageContaining("CPU of its own");
    }
  }
}
