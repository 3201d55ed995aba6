package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.machine.Cpu;
import java.util.List;
import java.util.Map;

/** What a row adds to lives without a defect, in this order. */
abstract class RowCourse {
  final MatrixRun run;

  RowCourse(MatrixRun run) {
    this.run = run;
  }

  /** Before the first life. */
  void begin() {}

  /** CPU 1 is about to end lives that CPU 0 began. */
  void enterOther(Cpu other) {}

  /** In the middle of each round. */
  void middle(List<Long> live) {}

  /** All lives have ended, the pool has not. */
  void atRest() {}

  /** The pool has ended. Returns what was reported, by kind; none is zero. */
  abstract Map<String, Long> reports();

  static void count(Map<String, Long> reports, String kind, long count) {
    if (count != 0) {
      reports.merge(kind, count, Long::sum);
    }
  }
}
