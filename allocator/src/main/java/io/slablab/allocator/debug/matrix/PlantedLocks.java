package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.lockdep.LockdepException;
import io.slablab.allocator.lockdep.Report;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.LockClass.Kind;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.page.Gfp;
import java.util.LinkedHashMap;
import java.util.Map;

/** Breaks of the rules of locks by users of a pool, and by its destructors where it has some. */
final class PlantedLocks {
  private final MatrixRun run;
  private final Machine machine;
  private final Map<String, Boolean> found = new LinkedHashMap<>();

  private PlantedLocks(MatrixRun run) {
    this.run = run;
    this.machine = run.stack.machine();
  }

  static Map<String, Boolean> plant(MatrixRun run) {
    PlantedLocks locks = new PlantedLocks(run);
    locks.allocateUnderSpinLock();
    locks.allocateUnderLockOfReclaim();
    locks.freeUnderLeaf();
    if (run.life.type().form().constructed()) {
      locks.sleepInDestructor();
    }
    return locks.found;
  }

  /** A rule is broken in {@code body}: the report is the answer, the damage is not done. */
  private void expect(String kind, Class<? extends Report> type, Runnable body) {
    int before = run.stack.lockReports().size();
    attempt(body);
    found.put(
        kind,
        run.stack.lockReports().size() == before + 1
            && type.isInstance(run.stack.lockReports().getLast()));
  }

  private static void attempt(Runnable body) {
    try {
      body.run();
    } catch (LockdepException e) {
      // reported: what was about to be done is not
    }
  }

  private void allocate() {
    run.pool.get(run.cpu, Gfp.GFP_KERNEL);
  }

  private void allocateUnderSpinLock() {
    SpinLock lock = machine.spinLock(new LockClass("planted_spin", Kind.SPIN));
    expect(
        "allocation under a spin lock",
        Report.MaySleep.class,
        () -> {
          lock.lock(run.cpu);
          try {
            allocate();
          } finally {
            lock.unlock(run.cpu);
          }
        });
  }

  private void allocateUnderLockOfReclaim() {
    Mutex mutex = machine.mutex(new LockClass("planted_mutex", Kind.MUTEX));
    run.cpu.begin(Section.RECLAIM);
    mutex.lock(run.cpu);
    mutex.unlock(run.cpu);
    run.cpu.end(Section.RECLAIM);
    expect(
        "allocation under a lock of reclaim",
        Report.CircularOrder.class,
        () -> {
          mutex.lock(run.cpu);
          try {
            allocate();
          } finally {
            mutex.unlock(run.cpu);
          }
        });
  }

  private void freeUnderLeaf() {
    SpinLock leaf = machine.spinLock(LockClass.leaf("planted_leaf", Kind.SPIN_IRQSAVE, 0));
    long object = run.get();
    expect(
        "free under a leaf",
        Report.UnderLeaf.class,
        () -> {
          leaf.lockIrqsave(run.cpu);
          try {
            run.cache().free(run.cpu, object);
          } finally {
            leaf.unlockIrqrestore(run.cpu);
          }
        });
    run.put(object);
  }

  /** The destructor itself goes on: the object is destructed all the same. */
  private void sleepInDestructor() {
    Mutex mutex = machine.mutex(new LockClass("planted_in_dtor", Kind.MUTEX));
    run.put(run.get());
    run.destructor.plant(cpu ->
        attempt(() -> {
          mutex.lock(cpu);
          mutex.unlock(cpu);
        }));
    expect("mutex in a destructor", Report.InDestructor.class, () -> run.pool.trim(run.cpu));
  }
}
