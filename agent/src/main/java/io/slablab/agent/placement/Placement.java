package io.slablab.agent.placement;

import io.slablab.agent.topology.CpuList;
import io.slablab.suites.spec.MemoryPolicy;
import java.util.List;

/**
 * A layout, a core count and a memory policy, resolved on one host.
 *
 * @param layout the layout's text
 * @param order worker i runs on {@code order.get(i)}; no CPU twice, at least one
 * @param memory the policy that holds on this host
 * @param notes what was asked for but has no meaning here, one line each; usually empty
 */
public record Placement(
    String layout, List<Integer> order, MemoryPolicy memory, List<String> notes) {

  public Placement {
    order = List.copyOf(order);
    notes = List.copyOf(notes);
    if (order.isEmpty() || order.stream().distinct().count() != order.size()) {
      throw new IllegalArgumentException("a placement has each of its CPUs once: order=" + order);
    }
  }

  /** Number of workers. */
  public int cores() {
    return order.size();
  }

  /** The CPUs as a set. */
  public CpuList cpus() {
    return CpuList.of(order.stream().mapToInt(cpu -> cpu));
  }
}
