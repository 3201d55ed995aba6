package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.LockClass;

/**
 * A lock class in the graph.
 *
 * <p>The volatile fields are written under the graph's lock and read without: a reader that misses
 * a change asks the graph, which looks again.
 */
final class ClassNode {
  final int id;
  final String name;

  /** How whoever wants it waits. */
  final WaitType outer;

  /** The most patient way that its holder may wait for something else. */
  final WaitType inner;

  /** As in the lock class. */
  final int leaf;

  /** Stands for a stretch of code, not for a lock. */
  final boolean pseudo;

  /** By class id: kinds of dependencies seen to it, see {@link Dependency}. Never changed. */
  volatile byte[] next = {};

  /** Bits of {@link IrqUsage}. */
  volatile int usage;

  private ClassNode(int id, String name, WaitType outer, WaitType inner, int leaf, boolean pseudo) {
    this.id = id;
    this.name = name;
    this.outer = outer;
    this.inner = inner;
    this.leaf = leaf;
    this.pseudo = pseudo;
  }

  static ClassNode of(int id, LockClass lockClass) {
    WaitType type = WaitType.of(lockClass.kind());
    return new ClassNode(id, lockClass.name(), type, type, lockClass.leaf(), false);
  }

  static ClassNode pseudo(int id, String name, WaitType inner) {
    return new ClassNode(id, name, WaitType.FREE, inner, LockClass.NOT_LEAF, true);
  }

  boolean isLeaf() {
    return leaf != LockClass.NOT_LEAF;
  }

  int kindsTo(int other) {
    byte[] kinds = next;
    return other < kinds.length ? kinds[other] : 0;
  }

  @Override
  public String toString() {
    return name;
  }
}
