package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;

/**
 * A shrinker with the work it left undone.
 *
 * <p>state = users + (unregistered ? DEAD : 0). A user that finds DEAD leaves at once, so that who
 * set it and then sees no users knows that none will come.
 */
final class RegisteredShrinker {
  private static final long DEAD = 1L << 62;

  final Shrinker shrinker;
  private final Word state;

  /** By node; a single one when the shrinker does not tell nodes apart. */
  private final Word[] nrDeferred;

  RegisteredShrinker(Machine machine, Shrinker shrinker) {
    this.shrinker = shrinker;
    this.state = machine.word(machine.line("shrinker"), 0);
    this.nrDeferred = new Word[shrinker.numaAware() ? machine.nodes() : 1];
    for (int node = 0; node < nrDeferred.length; node++) {
      nrDeferred[node] = machine.word(machine.line("nr_deferred"), 0);
    }
  }

  boolean pin(Cpu cpu) {
    if ((state.getAndAdd(cpu, 1) & DEAD) == 0) {
      return true;
    }
    unpin(cpu);
    return false;
  }

  void unpin(Cpu cpu) {
    state.getAndAdd(cpu, -1);
  }

  /** No lock held. */
  void killAndWait(Cpu cpu) {
    cpu.mightSleep();
    state.getAndAdd(cpu, DEAD);
    while (state.getAcquire(cpu) != DEAD) {
      cpu.poll();
    }
  }

  /**
   * Pressure grows as priority falls: {@code freeable >> priority} objects, weighted by what they
   * cost, and a share of what was left before. What is less than a batch is left for the next time.
   *
   * @param scanned grows by the objects looked at
   * @return objects freed
   */
  long shrink(Cpu cpu, int node, int gfp, int priority, Word scanned) {
    long freeable = shrinker.countObjects(cpu, node, gfp);
    if (freeable == 0) {
      return 0;
    }
    Word undone = undone(node);
    long deferred = takeDeferred(cpu, undone);
    int seeks = shrinker.seeks();
    long delta = seeks == 0 ? freeable / 2 : (freeable >> priority) * 4 / seeks;
    long total = Math.min((deferred >> priority) + delta, 2 * freeable);
    long done = 0;
    long freed = 0;
    long batch = shrinker.batch() == 0 ? Shrinker.DEFAULT_BATCH : shrinker.batch();
    while (total >= batch || total >= freeable) {
      long toScan = Math.min(batch, total);
      long got = shrinker.scanObjects(cpu, node, gfp, toScan);
      if (got == Shrinker.STOP) {
        break;
      }
      freed += got;
      total -= toScan;
      done += toScan;
    }
    scanned.getAndAdd(cpu, done);
    long left = Math.min(Math.max(deferred + delta - done, 0), 2 * freeable);
    undone.getAndAdd(cpu, left);
    return freed;
  }

  private Word undone(int node) {
    return nrDeferred[shrinker.numaAware() ? node : 0];
  }

  private static long takeDeferred(Cpu cpu, Word word) {
    long value;
    do {
      value = word.getAcquire(cpu);
    } while (value != 0 && !word.compareAndSet(cpu, value, 0));
    return value;
  }

  long deferred(int node) {
    return undone(node).peek();
  }
}
