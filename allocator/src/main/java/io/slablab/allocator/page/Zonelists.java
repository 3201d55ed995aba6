package io.slablab.allocator.page;

import io.slablab.allocator.machine.Machine;
import java.util.BitSet;

/**
 * In which order nodes are asked, by the node a request prefers. FALLBACK: itself, then the others
 * by distance; of equally distant ones each preferring node has another first, so that a full node
 * does not press on one neighbour alone. NOFALLBACK: itself.
 */
final class Zonelists {
  private final int[][] fallback;
  private final int[][] nofallback;

  Zonelists(Machine machine) {
    int nodes = machine.nodes();
    long[] load = new long[nodes];
    fallback = new int[nodes][];
    nofallback = new int[nodes][];
    for (int node = 0; node < nodes; node++) {
      fallback[node] = byDistance(machine, node, load);
      nofallback[node] = new int[] {node};
    }
  }

  int[] of(int node, int gfp) {
    return (gfp & Gfp.THISNODE) != 0 ? nofallback[node] : fallback[node];
  }

  /**
   * @param load how often a node came first among its equals; grows by what is chosen here
   */
  private static int[] byDistance(Machine machine, int from, long[] load) {
    int[] order = new int[load.length];
    BitSet used = new BitSet();
    order[0] = from;
    used.set(from);
    int before = from;
    for (int i = 1; i < order.length; i++) {
      int best = nearest(machine, from, used, load);
      if (machine.distance(from, best) != machine.distance(from, before)) {
        load[best]++;
      }
      used.set(best);
      order[i] = best;
      before = best;
    }
    return order;
  }

  /** By distance, then higher-numbered nodes than ours first, then load. */
  private static int nearest(Machine machine, int from, BitSet used, long[] load) {
    int best = -1;
    long least = Long.MAX_VALUE;
    for (int node = 0; node < load.length; node++) {
      long distance = machine.distance(from, node) + (node < from ? 1 : 0);
      long value = (distance << Integer.SIZE) + load[node];
      if (!used.get(node) && value < least) {
        best = node;
        least = value;
      }
    }
    return best;
  }
}
