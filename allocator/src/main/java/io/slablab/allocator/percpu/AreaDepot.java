package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.machine.SpinLock;
import org.jspecify.annotations.Nullable;

/**
 * What the CPUs of one node share of one class: full magazines, empty ones, and runs with free
 * areas. Everything is under {@link #lock}, which nests nothing.
 */
final class AreaDepot extends LinePad {
  final SpinLock lock;
  final int classIndex;
  private final int fullLimit;
  private @Nullable AreaMagazine fulls;
  private @Nullable AreaMagazine empties;
  private @Nullable AreaRun runs;
  private int fullCount;
  private int wholeRuns;

  AreaDepot(SpinLock lock, int classIndex, int fullLimit) {
    this.lock = lock;
    this.classIndex = classIndex;
    this.fullLimit = fullLimit;
  }

  @Nullable AreaMagazine takeFull() {
    AreaMagazine magazine = fulls;
    if (magazine != null) {
      fulls = magazine.next;
      magazine.next = null;
      fullCount--;
    }
    return magazine;
  }

  boolean roomForFull() {
    return fullCount < fullLimit;
  }

  void putFull(AreaMagazine magazine) {
    magazine.next = fulls;
    fulls = magazine;
    fullCount++;
  }

  @Nullable AreaMagazine takeEmpty() {
    AreaMagazine magazine = empties;
    if (magazine != null) {
      empties = magazine.next;
      magazine.next = null;
    }
    return magazine;
  }

  void putEmpty(AreaMagazine magazine) {
    magazine.next = empties;
    empties = magazine;
  }

  /** Moves free areas of runs to a magazine until it holds {@code wanted}. */
  void fill(AreaMagazine magazine, int wanted) {
    while (magazine.count() < wanted && runs != null) {
      AreaRun run = runs;
      if (run.whole()) {
        wholeRuns--;
      }
      while (run.free() > 0 && magazine.count() < wanted) {
        magazine.push(run.pop());
      }
      if (run.free() == 0) {
        unlink(run);
      }
    }
  }

  /** A new run with something free. */
  void add(AreaRun run) {
    link(run);
    if (run.whole()) {
      wholeRuns++;
    }
  }

  /**
   * Puts an area back to its run.
   *
   * @param keepOne whether one whole run may stay for later
   * @return the run when it is whole and should go; it is on no list then
   */
  @Nullable AreaRun giveBack(AreaRun run, long area, boolean keepOne) {
    if (run.free() == 0) {
      link(run);
    }
    run.push(area);
    if (!run.whole()) {
      return null;
    }
    if (keepOne && wholeRuns == 0) {
      wholeRuns++;
      return null;
    }
    unlink(run);
    return run;
  }

  /** A whole run that was kept, or null. */
  @Nullable AreaRun takeWhole() {
    for (AreaRun run = runs; run != null && wholeRuns > 0; run = run.next) {
      if (run.whole()) {
        wholeRuns--;
        unlink(run);
        return run;
      }
    }
    return null;
  }

  private void link(AreaRun run) {
    run.prev = null;
    run.next = runs;
    if (runs != null) {
      runs.prev = run;
    }
    runs = run;
  }

  private void unlink(AreaRun run) {
    if (run.prev == null) {
      runs = run.next;
    } else {
      run.prev.next = run.next;
    }
    if (run.next != null) {
      run.next.prev = run.prev;
    }
    run.next = null;
    run.prev = null;
  }

  /** Areas in magazines and runs; at rest. */
  long freeAreas() {
    long areas = 0;
    for (AreaMagazine magazine = fulls; magazine != null; magazine = magazine.next) {
      areas += magazine.count();
    }
    for (AreaRun run = runs; run != null; run = run.next) {
      areas += run.free();
    }
    return areas;
  }
}
