package io.slablab.allocator.slub;

import java.util.List;
import java.util.stream.Collectors;

/** What is told of a cache that is no defect of its bytes: nothing else changes by it. */
public sealed interface SlabWarning {

  /** Name of the cache. */
  String cache();

  /** What happened, in one line. */
  String message();

  /** A cache was made under the name of another one. */
  record NameInUse(String cache) implements SlabWarning {
    @Override
    public String message() {
      return "there is a cache of this name: cache=" + cache;
    }
  }

  /** A name that readers of the text of slabinfo cannot tell from two columns. */
  record NameWithSpace(String cache) implements SlabWarning {
    @Override
    public String message() {
      return "a cache's name has a space: cache='" + cache + "'";
    }
  }

  /**
   * A node's slabs when memory was short.
   *
   * @param free objects on its partial list
   */
  record NodeSlabs(int node, long slabs, long objects, long free) {}

  /**
   * No slab could be made for an allocation, which failed.
   *
   * @param node that was wanted, or -1
   * @param gfp what the allocation allowed
   * @param objectSize bytes the user asked for
   * @param size stride in bytes
   * @param nodes those that have slabs of the cache, or could have
   */
  record OutOfMemory(
      String cache,
      int cpu,
      int node,
      int gfp,
      int objectSize,
      int size,
      int order,
      int minOrder,
      List<NodeSlabs> nodes)
      implements SlabWarning {
    public OutOfMemory {
      nodes = List.copyOf(nodes);
    }

    @Override
    public String message() {
      return "no memory for a slab: cache="
          + cache
          + " cpu="
          + cpu
          + " node="
          + node
          + " gfp=0x"
          + Integer.toHexString(gfp)
          + " objectSize="
          + objectSize
          + " size="
          + size
          + " order="
          + order
          + " minOrder="
          + minOrder
          + nodes.stream().map(OutOfMemory::words).collect(Collectors.joining());
    }

    private static String words(NodeSlabs at) {
      return "; node "
          + at.node
          + ": slabs="
          + at.slabs
          + " objects="
          + at.objects
          + " free="
          + at.free;
    }
  }
}
