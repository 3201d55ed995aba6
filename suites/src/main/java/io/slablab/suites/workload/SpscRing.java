package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.Machine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A queue of objects from one worker to one other, in one array that is never replaced.
 *
 * <p>Assumes one producer and one consumer. Guarantees FIFO, and that the consumer sees everything
 * the producer wrote before {@link #offer}. Both sides are wait-free.
 *
 * <p>Order: the producer publishes a slot by a release store of {@code tail}, which the consumer
 * reads with acquire; the consumer gives a slot back by a release store of {@code head}, which the
 * producer reads with acquire, so that it never overwrites a slot that is still being read. Each
 * side keeps a copy of the other's position and rereads it only when the copy says full or empty.
 */
final class SpscRing {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int GAP = 16;
  private static final int TAIL = GAP;
  private static final int HEAD_SEEN = TAIL + 1;
  private static final int HEAD = TAIL + GAP;
  private static final int TAIL_SEEN = HEAD + 1;
  private static final int SLOTS = HEAD + GAP;

  private final long[] cells;
  private final int mask;
  private final Line line;

  /**
   * @param capacity at least this many objects fit
   */
  SpscRing(Machine machine, int capacity) {
    int slots = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
    this.cells = new long[SLOTS + slots + GAP];
    this.mask = slots - 1;
    this.line = machine.line("remote-free ring");
  }

  /** Producer only. False when the ring is full. */
  boolean offer(Cpu cpu, long object) {
    long tail = cells[TAIL];
    if (tail - cells[HEAD_SEEN] > mask) {
      cells[HEAD_SEEN] = (long) CELL.getAcquire(cells, HEAD);
      if (tail - cells[HEAD_SEEN] > mask) {
        return false;
      }
    }
    cells[SLOTS + (int) (tail & mask)] = object;
    cpu.write(line);
    CELL.setRelease(cells, TAIL, tail + 1);
    return true;
  }

  /** Consumer only. 0 when the ring is empty. */
  long poll(Cpu cpu) {
    long head = cells[HEAD];
    if (head == cells[TAIL_SEEN]) {
      cells[TAIL_SEEN] = (long) CELL.getAcquire(cells, TAIL);
      if (head == cells[TAIL_SEEN]) {
        return 0;
      }
    }
    cpu.read(line);
    long object = cells[SLOTS + (int) (head & mask)];
    CELL.setRelease(cells, HEAD, head + 1);
    return object;
  }
}
