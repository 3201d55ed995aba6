package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.lockdep.Report;
import java.util.Map;
import java.util.TreeMap;

/** The checker of locks: whoever breaks a rule gets an exception too. */
final class LockdepCourse extends RowCourse {
  LockdepCourse(MatrixRun run) {
    super(run);
  }

  @Override
  Map<String, Long> reports() {
    Map<String, Long> reports = new TreeMap<>();
    for (Report report : run.stack.lockReports()) {
      count(reports, report.getClass().getSimpleName(), 1);
    }
    return reports;
  }
}
