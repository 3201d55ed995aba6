package io.slablab.allocator.bench;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.infra.Control;

/**
 * Positions of a ring with one producer and one consumer; the payload is its user's. The releasing
 * store of a position publishes the slots before it to the acquiring load of the other side.
 */
final class Handover {
  static final int SLOTS = 1024;

  @SuppressWarnings("unused")
  private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;

  private final PaddedPosition produced = new PaddedPosition();
  private final PaddedPosition consumed = new PaddedPosition();

  /** Alone on its lines. */
  private static final class PaddedPosition {
    final AtomicLong value = new AtomicLong();
    long seen; // the other side's position as last read; of one thread

    @SuppressWarnings("unused")
    private final long[] apart = new long[32];
  }

  /** The slot to fill next, or -1 when the measurement ended while the ring was full. */
  int claim(Control control) {
    long position = produced.value.getPlain();
    while (position - produced.seen == SLOTS) {
      produced.seen = consumed.value.getAcquire();
      if (control.stopMeasurement) {
        return -1;
      }
    }
    return (int) position & SLOTS - 1;
  }

  void publish() {
    produced.value.setRelease(produced.value.getPlain() + 1);
  }

  /** The slot to empty next, or -1 when the measurement ended while the ring was empty. */
  int await(Control control) {
    long position = consumed.value.getPlain();
    while (position == consumed.seen) {
      consumed.seen = produced.value.getAcquire();
      if (control.stopMeasurement) {
        return -1;
      }
    }
    return (int) position & SLOTS - 1;
  }

  void done() {
    consumed.value.setRelease(consumed.value.getPlain() + 1);
  }
}
