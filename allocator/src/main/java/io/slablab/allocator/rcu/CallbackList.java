package io.slablab.allocator.rcu;

import org.jspecify.annotations.Nullable;

/**
 * The callbacks of one CPU in four segments, oldest first:
 *
 * <pre>
 *   DONE        their grace period is over
 *   WAIT        they wait for the period gpSeq[WAIT]
 *   NEXT_READY  they wait for a later one, gpSeq[NEXT_READY]
 *   NEXT        they have no period yet
 *   gpSeq[WAIT] &lt; gpSeq[NEXT_READY] where both hold something
 * </pre>
 *
 * <p>Whole segments move, always to an older one and behind what is there: so callbacks run in the
 * order they were queued (INV-RCU-2). Touched by the holder of its CPU's token alone.
 */
final class CallbackList {
  static final int DONE = 0;
  static final int WAIT = 1;
  static final int NEXT_READY = 2;
  static final int NEXT = 3;
  private static final int SEGMENTS = 4;

  private final @Nullable RcuHead[] heads = new RcuHead[SEGMENTS];
  private final @Nullable RcuHead[] tails = new RcuHead[SEGMENTS];
  private final int[] counts = new int[SEGMENTS];
  private final long[] gpSeq = new long[SEGMENTS];
  private int size;

  int size() {
    return size;
  }

  int count(int segment) {
    return counts[segment];
  }

  boolean isEmpty(int segment) {
    return counts[segment] == 0;
  }

  void enqueue(RcuHead head) {
    append(NEXT, head);
  }

  /**
   * Puts a callback behind all others without a period of its own.
   *
   * @return false, with nothing done, when there is no other
   */
  boolean entrain(RcuHead head) {
    for (int segment = NEXT; segment >= DONE; segment--) {
      if (!isEmpty(segment)) {
        append(segment, head);
        return true;
      }
    }
    return false;
  }

  /** Callbacks whose period is over become ready. */
  void advance(long endedSeq) {
    if (!isEmpty(WAIT) && gpSeq[WAIT] <= endedSeq) {
      move(WAIT, DONE);
    }
    if (isEmpty(WAIT) && !isEmpty(NEXT_READY)) {
      gpSeq[WAIT] = gpSeq[NEXT_READY];
      move(NEXT_READY, WAIT);
      if (gpSeq[WAIT] <= endedSeq) {
        move(WAIT, DONE);
      }
    }
  }

  /**
   * Callbacks without a period get one. They stay without when two earlier ones are still waited
   * for; a period that is over makes room.
   *
   * @param seq the period that begins after everything up to now
   */
  void accelerate(long seq) {
    if (isEmpty(WAIT) || gpSeq[WAIT] >= seq) {
      assign(WAIT, seq);
    } else if (isEmpty(NEXT_READY) || gpSeq[NEXT_READY] >= seq) {
      assign(NEXT_READY, seq);
    }
  }

  private void assign(int segment, long seq) {
    if (isEmpty(segment)) {
      gpSeq[segment] = seq;
    }
    move(NEXT, segment);
  }

  /** Takes all ready callbacks, linked; null when there are none. */
  @Nullable RcuHead takeDone() {
    RcuHead first = heads[DONE];
    size -= counts[DONE];
    clear(DONE);
    return first;
  }

  /** What is left of {@link #takeDone} goes back, in front of what got ready meanwhile. */
  void putBack(RcuHead first, int count) {
    RcuHead last = first;
    for (RcuHead next = last.next; next != null; next = last.next) {
      last = next;
    }
    last.next = heads[DONE];
    heads[DONE] = first;
    if (tails[DONE] == null) {
      tails[DONE] = last;
    }
    counts[DONE] += count;
    size += count;
  }

  /** Takes over all callbacks of another CPU: the ready ones, the others without a period. */
  void adopt(CallbackList dead) {
    for (int segment = DONE; segment < SEGMENTS; segment++) {
      int to = segment == DONE ? DONE : NEXT;
      splice(dead, segment, to);
      size += dead.counts[segment];
      counts[to] += dead.counts[segment];
      dead.clear(segment);
    }
    dead.size = 0;
  }

  private void append(int segment, RcuHead head) {
    head.next = null;
    RcuHead last = tails[segment];
    if (last == null) {
      heads[segment] = head;
    } else {
      last.next = head;
    }
    tails[segment] = head;
    counts[segment]++;
    size++;
  }

  private void move(int from, int to) {
    splice(this, from, to);
    counts[to] += counts[from];
    clear(from);
  }

  private void splice(CallbackList from, int segment, int to) {
    RcuHead first = from.heads[segment];
    if (first == null) {
      return;
    }
    RcuHead last = tails[to];
    if (last == null) {
      heads[to] = first;
    } else {
      last.next = first;
    }
    tails[to] = from.tails[segment];
  }

  private void clear(int segment) {
    heads[segment] = null;
    tails[segment] = null;
    counts[segment] = 0;
  }
}
