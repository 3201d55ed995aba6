package io.slablab.agent.trial;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.Topology;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockStats;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.AllocatorStats;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.suites.spec.MemoryPolicy;
import io.slablab.suites.spec.VariantSpec;
import io.slablab.suites.spec.WorkloadSpec;
import io.slablab.suites.workload.OperationStream;
import io.slablab.suites.workload.Workload;
import io.slablab.suites.workload.WorkloadStats;
import java.util.List;

/**
 * The suites' workloads on an allocator stack whose machine has the host's CPUs and nodes. Virtual
 * CPU ids are the host's CPU ids.
 */
public final class WorkloadSubjects implements SubjectProvider {

  @Override
  public boolean opens(String workload) {
    return workload.equals("exec") || workload.equals("tc");
  }

  @Override
  public Subject open(TrialOrder order, Topology topology) {
    WorkloadSpec spec = WorkloadSpec.of(order.workload(), order.params());
    Machine machine = HostMachine.of(machine(order, spec, topology));
    AllocatorStack stack =
        AllocatorStack.of(machine, StackConfig.measured(machine, order.faithful()));
    int[] cpus = order.cpus().stream().mapToInt(cpu -> cpu).toArray();
    VariantSpec variant = new VariantSpec(order.variant(), order.design(), order.faithful());
    return new WorkloadSubject(
        stack, Workload.open(spec, variant, stack, cpus, order.seed()), cpus[0]);
  }

  /** As many possible CPUs as asked, or as the host has; CPUs it has not lie on its first node. */
  private static HostConfig machine(TrialOrder order, WorkloadSpec spec, Topology topology) {
    int onHost = topology.online().stream().max().orElse(0) + 1;
    int possible = spec.possibleCpus() == 0 ? onHost : spec.possibleCpus();
    int[] nodeOfCpu = new int[possible];
    List<Topology.Node> nodes = topology.nodes();
    for (int node = 0; node < nodes.size(); node++) {
      int at = node;
      nodes.get(node).cpus().stream()
          .filter(cpu -> cpu < possible)
          .forEach(cpu -> nodeOfCpu[cpu] = at);
    }
    int[][] distances =
        nodes.stream()
            .map(node -> node.distances().stream().mapToInt(distance -> distance).toArray())
            .toArray(int[][]::new);
    boolean local = order.memory().equals(MemoryPolicy.LOCAL.id());
    return new HostConfig(possible, nodeOfCpu, distances, local, order.seed());
  }

  /** What allocator.json holds. */
  private record Statistics(WorkloadStats workload, AllocatorStats allocator) {}

  private record WorkloadSubject(AllocatorStack stack, Workload workload, int firstCpu)
      implements Subject {

    @Override
    public OperationStream stream(int worker) {
      return workload.stream(worker);
    }

    @Override
    public void resetLockStats() {
      stack.machine().resetLockStats();
    }

    @Override
    public List<LockStats> lockStats() {
      return stack.machine().lockStats();
    }

    @Override
    public Object statistics() {
      return new Statistics(workload.stats(), stack.stats());
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
