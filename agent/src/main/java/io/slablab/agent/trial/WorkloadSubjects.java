package io.slablab.agent.trial;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.Topology;
import io.slablab.allocator.debug.AllocProfile;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.AllocatorStats;
import io.slablab.allocator.pool.MemoryUse;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.pool.Variant;
import io.slablab.allocator.slub.SlabAttributes;
import io.slablab.suites.spec.KernelOptions;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.workload.OperationStream;
import io.slablab.suites.workload.Workload;
import io.slablab.suites.workload.WorkloadStats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The suites' workloads on an allocator stack of their own. */
public final class WorkloadSubjects implements SubjectProvider {
  @Override
  public boolean opens(String workload) {
    return WorkloadSpec.NAMES.contains(workload);
  }

  @Override
  public Subject open(TrialOrder order, Topology topology) {
    WorkloadSpec spec = WorkloadSpec.of(order.workload(), order.params());
    KernelOptions options = KernelOptions.of(order.options());
    ModelledHost host =
        ModelledHost.of(order, spec.possibleCpus(), topology).as(options.machine(), order.seed());
    Machine machine = HostMachine.of(host.config());
    AllocatorStack stack =
        AllocatorStack.of(
            machine,
            StackOptions.applied(
                options,
                StackConfig.measured(machine, order.faithful())
                    .forVariant(designOf(order.design()))));
    int[] cpus = host.workerCpus();
    VariantSpec variant =
        new VariantSpec(order.variant(), order.design(), order.faithful(), options);
    return new WorkloadSubject(
        stack, Workload.open(spec, variant, stack, cpus, order.seed()), cpus[0], options);
  }

  private static Variant designOf(String id) {
    return Variant.of(id).orElseThrow(() -> new IllegalArgumentException("no such design: " + id));
  }

  /**
   * What allocator.json holds.
   *
   * @param memory what the design costs in memory
   * @param workload counted since the stack was built, so with warm-up, and before lives were ended
   * @param allocator likewise
   * @param slab the files of /sys/kernel/slab, likewise
   * @param findings what checks found until all lives were ended; absent where nothing checks
   * @param areas by call site and size, likewise; absent where nothing counts them
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Statistics(
      String schema,
      MemoryCost memory,
      WorkloadStats workload,
      AllocatorStats allocator,
      List<SlabAttributes> slab,
      @Nullable Findings findings,
      @Nullable List<AllocProfile.Row> areas) {}

  private static final class WorkloadSubject implements Subject {
    private final AllocatorStack stack;
    private final Workload workload;
    private final int firstCpu;
    private final KernelOptions options;
    private @Nullable Findings findings;

    WorkloadSubject(AllocatorStack stack, Workload workload, int firstCpu, KernelOptions options) {
      this.stack = stack;
      this.workload = workload;
      this.firstCpu = firstCpu;
      this.options = options;
    }

    @Override
    public OperationStream stream(int worker) {
      return workload.stream(worker);
    }

    @Override
    public void beginWindow() {
      Cpu cpu = stack.machine().enter(firstCpu);
      stack.restartPeaks(cpu);
      stack.machine().leave(cpu);
      stack.machine().resetLockStats();
    }

    @Override
    public List<LockStats> lockStats() {
      return stack.machine().lockStats();
    }

    @Override
    public Object conclude() {
      WorkloadStats workloadStats = workload.stats();
      AllocatorStats allocatorStats = stack.stats();
      List<SlabAttributes> slab = stack.slub().attributes();
      MemoryUse peak = stack.peakMemoryUse();
      MemoryUse end = stack.memoryUse();
      Cpu cpu = stack.machine().enter(firstCpu);
      workload.endLives(cpu);
      MemoryCost memory = MemoryCost.of(peak, end, stack.memoryUse());
      findings = Findings.of(cpu, stack, options);
      stack.machine().leave(cpu);
      return new Statistics(
          "slablab/allocator/1",
          memory,
          workloadStats,
          allocatorStats,
          slab,
          findings,
          stack.debug().profile().map(AllocProfile::rows).orElse(null));
    }

    @Override
    public List<String> findings() {
      return findings == null ? List.of() : findings.warnings();
    }

    @Override
    public void close() {
      Cpu cpu = stack.machine().enter(firstCpu);
      try {
        workload.close(cpu);
        stack.checkNothingLeaked(cpu);
      } finally {
        stack.machine().leave(cpu);
      }
      stack.close();
    }
  }
}
