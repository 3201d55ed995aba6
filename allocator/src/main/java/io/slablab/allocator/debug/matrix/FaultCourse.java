package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Between lives, one of each kind fails; whatever was made for it is undone, and lives go on. */
final class FaultCourse extends RowCourse {
  /** More than the pool has free, so that new slabs are wanted. */
  private static final int LIVES = 200;

  private final Map<String, Long> reports = new TreeMap<>();

  FaultCourse(MatrixRun run) {
    super(run);
  }

  @Override
  void middle(List<Long> live) {
    for (InjectedFault fault : InjectedFault.values()) {
      if (fault.concerns(run) && fault.reaches(run)) {
        livesWith(fault);
      }
    }
  }

  private void livesWith(InjectedFault fault) {
    List<Long> lived = new ArrayList<>();
    fault.arm(run);
    for (int i = 0; i < LIVES; i++) {
      long object = run.pool.get(run.cpu, Gfp.GFP_KERNEL);
      if (object == 0) {
        break;
      }
      lived.add(object);
    }
    fault.disarm(run);
    long next = run.pool.get(run.cpu, Gfp.GFP_KERNEL);
    if (next == 0) {
      count(reports, "no life after a fault of a " + fault.kind(), 1);
    } else {
      lived.add(next);
    }
    lived.forEach(run::put);
    run.pool.trim(run.cpu);
  }

  @Override
  Map<String, Long> reports() {
    return reports;
  }
}
