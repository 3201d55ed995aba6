package io.slablab.allocator.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ZonelistsTest {

  private static Zonelists of(int[][] distances) {
    int[] nodeOfCpu = new int[distances.length];
    Arrays.setAll(nodeOfCpu, node -> node);
    try (var closing = new Closing(distances.length, nodeOfCpu, distances)) {
      return new Zonelists(closing.machine);
    }
  }

  private static final class Closing implements AutoCloseable {
    final Machine machine;

    Closing(int cpus, int[] nodeOfCpu, int[][] distances) {
      machine = HostMachine.of(new HostConfig(cpus, nodeOfCpu, distances, false, 1));
    }

    @Override
    public void close() {
      machine.close();
    }
  }

  @Test
  void nearerNodesComeFirst() {
    Zonelists lists = of(new int[][] {{10, 30, 20}, {30, 10, 20}, {20, 20, 10}});
    assertThat(lists.of(0, Gfp.GFP_KERNEL)).containsExactly(0, 2, 1);
    assertThat(lists.of(1, Gfp.GFP_KERNEL)).containsExactly(1, 2, 0);
    assertThat(lists.of(1, Gfp.THISNODE)).containsExactly(1);
  }

  @Test
  void equallyDistantNodesAreSpread() {
    int[][] distances = new int[4][4];
    for (int from = 0; from < 4; from++) {
      Arrays.fill(distances[from], 20);
      distances[from][from] = 10;
    }
    Zonelists lists = of(distances);
    int[] second = new int[4];
    for (int node = 0; node < 4; node++) {
      second[node] = lists.of(node, Gfp.GFP_KERNEL)[1];
    }
    assertThat(second).containsExactly(1, 2, 3, 0);
  }
}
