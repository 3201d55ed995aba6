package io.slablab.allocator.debug.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lives without a defect: whatever is reported is wrong, or a defect of the design itself.
 *
 * @param reports how often each kind was reported
 * @param leakedBytes per-CPU bytes, as one CPU has them, that are left when the pool has ended
 */
public record CleanLives(Map<String, Long> reports, long leakedBytes) {
  private static final int ROUNDS = 12;
  private static final int OBJECTS = 64;

  public CleanLives {
    reports = Map.copyOf(reports);
  }

  /** Whether nothing was reported and nothing is left. */
  public boolean clean() {
    return reports.isEmpty() && leakedBytes == 0;
  }

  /** Begins and ends lives on two CPUs, more than a quarantine holds, and ends the pool. */
  static CleanLives live(MatrixRow row, MatrixRun run) {
    RowCourse course = row.course(run);
    course.begin();
    for (int round = 0; round < ROUNDS; round++) {
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < OBJECTS; i++) {
        live.add(run.get());
      }
      List<Long> ended = live.subList(0, OBJECTS / 2);
      run.onOther(other -> {
        course.enterOther(other);
        ended.forEach(object -> {
          run.life.use().by(other, object);
          run.pool.put(other, object);
        });
      });
      ended.clear();
      course.middle(live);
      live.forEach(run::put);
      run.cpu.poll();
    }
    course.atRest();
    long leaked = run.end();
    return new CleanLives(course.reports(), leaked);
  }

  /** As a cell of a table. */
  String text() {
    if (clean()) {
      return "clean";
    }
    List<String> parts = new ArrayList<>();
    new TreeMap<>(reports).forEach((kind, count) -> parts.add(count + " " + kind));
    if (leakedBytes != 0) {
      parts.add("leaks " + leakedBytes + " B/CPU");
    }
    return String.join(", ", parts);
  }
}
