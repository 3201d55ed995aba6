package io.slablab.allocator.machine.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The MCS queue of a lock: who joins becomes head in turn. The node is free again after {@link
 * #leave}, so that it is held only while waiting and locks may be released in any order.
 */
final class WaitQueue {
  private static final VarHandle TAIL;

  static {
    try {
      TAIL = MethodHandles.lookup().findVarHandle(WaitQueue.class, "tail", QueueNode.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through TAIL
  private @Nullable QueueNode tail;

  /** Opaque: a hint for fast paths; a stale answer costs fairness, never exclusion. */
  boolean isEmpty() {
    return TAIL.getOpaque(this) == null;
  }

  /**
   * Joins; true when the caller is head at once. The swap is volatile: acquire for the
   * predecessor's node, release for our reset one. Weaker, a predecessor's link could land in a
   * node that its owner has not seen reset.
   */
  boolean join(QueueNode node) {
    node.reset();
    QueueNode before = (QueueNode) TAIL.getAndSet(this, node);
    if (before == null) {
      return true;
    }
    before.linkNext(node);
    return false;
  }

  /** Head only: passes the head role on. */
  void leave(QueueNode node) {
    if (TAIL.getOpaque(this) == node && TAIL.compareAndSet(this, node, (QueueNode) null)) {
      return;
    }
    node.awaitNext().makeHead();
  }
}
