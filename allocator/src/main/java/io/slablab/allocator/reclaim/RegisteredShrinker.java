package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.memcg.ObjCgroup;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

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

  /** What is left undone of objects of no memory cgroup, or of all where it does not know them. */
  private final Word[] nrDeferred;

  /** Cgroups that were marked once, each with what is left undone of its objects. */
  private final ConcurrentMap<ObjCgroup, OfMemcg> memcgs = new ConcurrentHashMap<>();

  /**
   * @param marked by node: 1 when it may have objects there
   * @param nrDeferred as that of no cgroup
   */
  private record OfMemcg(Word[] marked, Word[] nrDeferred) {}

  private final Machine machine;

  RegisteredShrinker(Machine machine, Shrinker shrinker) {
    this.machine = machine;
    this.shrinker = shrinker;
    this.state = machine.word(machine.line("shrinker"), 0);
    this.nrDeferred = words("nr_deferred");
  }

  /** By node; a single one when the shrinker does not tell nodes apart. */
  private Word[] words(String name) {
    Word[] words = new Word[shrinker.numaAware() ? machine.nodes() : 1];
    Arrays.setAll(words, _ -> machine.word(machine.line(name), 0));
    return words;
  }

  // ---- memory cgroups ----

  /**
   * A cgroup may have objects on a node from now on; the first is there already. The fence's
   * partner is that in {@link #shrinkMarked}, between the clearing of the mark and the second
   * count: without either, the old mark could be read here while the object is not seen there, and
   * nobody would ask for it again.
   */
  void mark(Cpu cpu, ObjCgroup memcg, int node) {
    cpu.fence();
    OfMemcg of =
        memcgs.computeIfAbsent(
            memcg, _ -> new OfMemcg(words("shrinker_map"), words("nr_deferred")));
    Word marked = of.marked[index(node)];
    if (marked.getAcquire(cpu) == 0) {
      marked.compareAndSet(cpu, 0, 1);
    }
  }

  /** Objects of no cgroup, and of every one that is marked. */
  long shrinkAll(Cpu cpu, int node, int gfp, int priority, Word scanned) {
    long freed = Math.max(0, shrink(cpu, node, null, gfp, priority, scanned));
    for (ObjCgroup memcg : memcgs.keySet()) {
      freed += shrinkMarked(cpu, node, memcg, gfp, priority, scanned);
    }
    return freed;
  }

  /**
   * Objects of one cgroup, if it is marked. One that is empty loses its mark; an object that was
   * added meanwhile, by who still saw the mark, is found by counting again.
   */
  long shrinkMarked(Cpu cpu, int node, ObjCgroup memcg, int gfp, int priority, Word scanned) {
    OfMemcg of = memcgs.get(memcg);
    Word marked = of == null ? null : of.marked[index(node)];
    if (marked == null || marked.getAcquire(cpu) == 0) {
      return 0;
    }
    long freed = shrink(cpu, node, memcg, gfp, priority, scanned);
    if (freed == Shrinker.EMPTY) {
      marked.compareAndSet(cpu, 1, 0);
      cpu.fence();
      freed = shrink(cpu, node, memcg, gfp, priority, scanned);
      if (freed != Shrinker.EMPTY) {
        mark(cpu, memcg, node);
      }
    }
    return Math.max(0, freed);
  }

  /** A cgroup is gone: what it left undone is that of its objects' next owner, nobody. */
  void memcgGone(Cpu cpu, ObjCgroup memcg) {
    OfMemcg of = memcgs.remove(memcg);
    for (int i = 0; of != null && i < nrDeferred.length; i++) {
      nrDeferred[i].getAndAdd(cpu, takeDeferred(cpu, of.nrDeferred[i]));
    }
  }

  private int index(int node) {
    return shrinker.numaAware() ? node : 0;
  }

  // ---- life ----

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
   * @param memcg whose objects; null for those of none
   * @return objects freed, or {@link Shrinker#EMPTY}
   */
  private long shrink(
      Cpu cpu, int node, @Nullable ObjCgroup memcg, int gfp, int priority, Word scanned) {
    long freeable = shrinker.countObjects(cpu, node, memcg, gfp);
    if (freeable <= 0) {
      return freeable;
    }
    Word undone = undone(node, memcg);
    long deferred = takeDeferred(cpu, undone);
    int seeks = shrinker.seeks();
    long delta = seeks == 0 ? freeable / 2 : (freeable >> priority) * 4 / seeks;
    long total = Math.min((deferred >> priority) + delta, 2 * freeable);
    long done = 0;
    long freed = 0;
    long batch = shrinker.batch() == 0 ? Shrinker.DEFAULT_BATCH : shrinker.batch();
    while (total >= batch || total >= freeable) {
      long toScan = Math.min(batch, total);
      long got = shrinker.scanObjects(cpu, node, memcg, gfp, toScan);
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

  private Word undone(int node, @Nullable ObjCgroup memcg) {
    OfMemcg of = memcg == null ? null : memcgs.get(memcg);
    return (of == null ? nrDeferred : of.nrDeferred)[index(node)];
  }

  private static long takeDeferred(Cpu cpu, Word word) {
    long value;
    do {
      value = word.getAcquire(cpu);
    } while (value != 0 && !word.compareAndSet(cpu, value, 0));
    return value;
  }

  long deferred(int node, @Nullable ObjCgroup memcg) {
    return undone(node, memcg).peek();
  }
}
