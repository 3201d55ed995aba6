package io.slablab.agent.placement;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.Topology;
import io.slablab.suites.spec.MemoryPolicy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The memory policy of a trial's threads, applied thread by thread.
 *
 * @param policy what was asked for
 * @param nodes the nodes it means; empty for local
 * @param applies whether it has a meaning on this host; where not, {@link #apply} does nothing
 * @param note why it does not apply; empty when it does
 */
public record MemoryBinding(
    MemoryPolicy policy, List<Integer> nodes, boolean applies, String note) {
  private static final int MAX_NODES = 1024;
  private static final int MPOL_BIND = 2;
  private static final int MPOL_INTERLEAVE = 3;
  private static final int MPOL_LOCAL = 4;

  public MemoryBinding {
    nodes = List.copyOf(nodes);
  }

  /** What a policy means for a placement on a host. */
  public static MemoryBinding of(Topology topology, CpuList cpus, MemoryPolicy policy) {
    if (topology.memoryNodes().size() < 2) {
      return new MemoryBinding(
          policy,
          List.of(),
          false,
          "memory " + policy.id() + " does not apply: one node has memory");
    }
    return MemoryNodes.obstacle(topology, cpus, policy)
        .map(note -> new MemoryBinding(policy, List.of(), false, note))
        .orElseGet(
            () -> new MemoryBinding(policy, MemoryNodes.of(topology, cpus, policy), true, ""));
  }

  /**
   * Sets the calling thread's policy and reads it back.
   *
   * @throws BindingException when the kernel refuses or grants something else
   */
  public void apply() {
    if (!applies) {
      return;
    }
    String asked =
        "set memory policy " + policy.id() + (nodes.isEmpty() ? "" : " on nodes " + nodes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment none = MemorySegment.NULL;
      MemorySegment mask = nodes.isEmpty() ? none : mask(arena);
      int answer = Libc.setMempolicy(mode(), mask, nodes.isEmpty() ? 0 : MAX_NODES);
      if (answer < 0) {
        throw new BindingException(asked, Errno.name(-answer));
      }
      verify(arena, asked);
    }
  }

  private void verify(Arena arena, String asked) {
    MemorySegment mode = arena.allocate(JAVA_INT);
    MemorySegment mask = arena.allocate(MAX_NODES / Byte.SIZE, Long.BYTES);
    int answer = Libc.getMempolicy(mode, mask, MAX_NODES);
    if (answer < 0) {
      throw new BindingException(asked, "cannot be read back: " + Errno.name(-answer));
    }
    List<Integer> granted =
        IntStream.range(0, MAX_NODES)
            .filter(node ->
                (mask.getAtIndex(JAVA_LONG, node / Long.SIZE) >>> (node % Long.SIZE) & 1) != 0)
            .boxed()
            .toList();
    if (mode.get(JAVA_INT, 0) != mode() || !granted.equals(nodes)) {
      throw new BindingException(
          asked, "granted was mode " + mode.get(JAVA_INT, 0) + " on nodes " + granted);
    }
  }

  private MemorySegment mask(Arena arena) {
    MemorySegment mask = arena.allocate(MAX_NODES / Byte.SIZE, Long.BYTES);
    for (int node : nodes) {
      long word = mask.getAtIndex(JAVA_LONG, node / Long.SIZE);
      mask.setAtIndex(JAVA_LONG, node / Long.SIZE, word | 1L << (node % Long.SIZE));
    }
    return mask;
  }

  private int mode() {
    return switch (policy) {
      case LOCAL -> MPOL_LOCAL;
      case INTERLEAVE -> MPOL_INTERLEAVE;
      case REMOTE -> MPOL_BIND;
    };
  }
}
