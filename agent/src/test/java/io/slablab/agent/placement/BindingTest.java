package io.slablab.agent.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.SysfsTopology;
import io.slablab.agent.topology.Topology;
import io.slablab.suites.spec.MemoryPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class BindingTest {

  /** On a thread of its own, so that the test's thread keeps its CPUs. */
  private static <T> T onOwnThread(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.ofPlatform().start(future);
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static boolean pin(int cpu) {
    Affinity.pin(cpu);
    return true;
  }

  private static boolean apply(MemoryBinding binding) {
    binding.apply();
    return true;
  }

  @Test
  void pinsAndReadsBackOnEveryAllowedCpu() throws Exception {
    for (int cpu : Affinity.granted().toList()) {
      CpuList granted =
          onOwnThread(() -> {
            Affinity.pin(cpu);
            assertThat(Affinity.currentCpu()).isEqualTo(cpu);
            return Affinity.granted();
          });
      assertThat(granted).isEqualTo(CpuList.of(cpu));
    }
  }

  @Test
  void refusedPinNamesTheErrno() {
    assertThatThrownBy(() -> onOwnThread(() -> pin(9999)))
        .isInstanceOf(BindingException.class)
        .hasMessage("pin to CPU 9999: EINVAL");
    assertThatThrownBy(() -> onOwnThread(() -> pin(-1)))
        .isInstanceOf(BindingException.class)
        .hasMessage("pin to CPU -1: no such CPU");
  }

  @Test
  void memoryPolicyAppliesOnlyWhereSeveralNodesHaveMemory() throws Exception {
    Topology here = SysfsTopology.read(Path.of("/"));
    MemoryBinding binding =
        MemoryBinding.of(here, CpuList.of(here.online().first()), MemoryPolicy.INTERLEAVE);

    assertThat(binding.applies()).isEqualTo(here.memoryNodes().size() > 1);
    assertThat(onOwnThread(() -> apply(binding))).isTrue();
  }

  @Test
  void memoryPolicyIsAskedOfTheKernel() throws Exception {
    int node = SysfsTopology.read(Path.of("/")).memoryNodes().getFirst().id();
    MemoryBinding here = new MemoryBinding(MemoryPolicy.REMOTE, List.of(node), true, "");
    MemoryBinding nowhere = new MemoryBinding(MemoryPolicy.REMOTE, List.of(1000), true, "");

    assertThat(onOwnThread(() -> apply(here))).isTrue();
    assertThatThrownBy(() -> onOwnThread(() -> apply(nowhere)))
        .isInstanceOf(BindingException.class)
        .hasMessage("set memory policy remote on nodes [1000]: EINVAL");
  }

  @Test
  void rusageCountsWork() throws Exception {
    Rusage spent =
        onOwnThread(() -> {
          Rusage before = Rusage.ofThread();
          long end = System.nanoTime() + 30_000_000L;
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          return Rusage.ofThread().minus(before);
        });
    assertThat(spent.userNs() + spent.systemNs()).isBetween(1_000_000L, 200_000_000L);
    assertThat(Rusage.ofProcess().userNs()).isPositive();
    assertThat(spent.plus(spent).minus(spent)).isEqualTo(spent);
  }
}
