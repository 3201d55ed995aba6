package io.slablab.allocator.machine.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A waiter's place in a lock's queue (MCS). It spins on its own {@code head} flag. */
final class QueueNode {
  private static final VarHandle NEXT;
  private static final VarHandle HEAD;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      NEXT = lookup.findVarHandle(QueueNode.class, "next", QueueNode.class);
      HEAD = lookup.findVarHandle(QueueNode.class, "head", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through NEXT
  private @Nullable QueueNode next;

  @SuppressWarnings("unused") // through HEAD
  private boolean head;

  /** Owner only, before the node is published by the swap of the lock's tail. */
  void reset() {
    NEXT.set(this, (QueueNode) null);
    HEAD.set(this, false);
  }

  /** Release: the partner is {@link #awaitNext}; the successor's node must be reset before. */
  void linkNext(QueueNode successor) {
    NEXT.setRelease(this, successor);
  }

  /** Waits for a successor that has swapped the tail already but not linked itself yet. */
  QueueNode awaitNext() {
    int turns = 0;
    while (true) {
      QueueNode successor = (QueueNode) NEXT.getAcquire(this);
      if (successor != null) {
        return successor;
      }
      turns = Spin.turn(turns);
    }
  }

  /** Release: what the head saw while it was head is seen by its successor. */
  void makeHead() {
    HEAD.setRelease(this, true);
  }

  boolean isHead() {
    return (boolean) HEAD.getAcquire(this);
  }
}
