package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Memory;

/**
 * Objects in the order they were freed, linked through their free meta by the addresses of the
 * links. Guarded by its owner: a CPU, or the lock of the batches.
 *
 * <p>Invariant: bytes = sum of the strides of what is linked; head = 0 just when empty.
 */
final class QuarantineList {
  private final Memory memory;
  private long head;
  private long tail;
  private long bytes;

  QuarantineList(Memory memory) {
    this.memory = memory;
  }

  boolean isEmpty() {
    return head == 0;
  }

  long bytes() {
    return bytes;
  }

  void add(long link, int stride) {
    memory.putLong(link, 0);
    if (tail == 0) {
      head = link;
    } else {
      memory.putLong(tail, link);
    }
    tail = link;
    bytes += stride;
  }

  /** Takes all of another list, which is empty afterwards. */
  void addAll(QuarantineList other) {
    if (other.isEmpty()) {
      return;
    }
    if (tail == 0) {
      head = other.head;
    } else {
      memory.putLong(tail, other.head);
    }
    tail = other.tail;
    bytes += other.bytes;
    other.reset();
  }

  /** The oldest. The list must not be empty. */
  long remove(int stride) {
    long link = head;
    head = memory.getLong(link);
    tail = head == 0 ? 0 : tail;
    bytes -= stride;
    return link;
  }

  long first() {
    return head;
  }

  private void reset() {
    head = 0;
    tail = 0;
    bytes = 0;
  }
}
