package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Word;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All shrinkers. Registration is under {@code shrinker_mutex}; a walk takes no lock and pins each
 * shrinker while it runs, since a shrinker may sleep.
 */
public final class Shrinkers {
  private static final LockClass SHRINKER_MUTEX =
      new LockClass("shrinker_mutex", LockClass.Kind.MUTEX);

  private final Machine machine;
  private final Mutex mutex;
  private final Word slabsScanned;
  private final List<RegisteredShrinker> all = new CopyOnWriteArrayList<>();

  public Shrinkers(Machine machine) {
    this.machine = machine;
    this.mutex = machine.mutex(SHRINKER_MUTEX);
    this.slabsScanned = machine.word(machine.line("slabs_scanned"), 0);
  }

  public void register(Cpu cpu, Shrinker shrinker) {
    mutex.lock(cpu);
    all.add(new RegisteredShrinker(machine, shrinker));
    mutex.unlock(cpu);
  }

  /** Returns when no reclaimer uses the shrinker any more. No lock held. */
  public void unregister(Cpu cpu, Shrinker shrinker) {
    for (RegisteredShrinker registered : all) {
      if (registered.shrinker == shrinker && remove(cpu, registered)) {
        registered.killAndWait(cpu);
      }
    }
  }

  private boolean remove(Cpu cpu, RegisteredShrinker registered) {
    mutex.lock(cpu);
    boolean removed = all.remove(registered);
    mutex.unlock(cpu);
    return removed;
  }

  /**
   * Asks every shrinker for its share.
   *
   * @param priority 12 (least pressure) .. 0 (all of it)
   * @return objects freed
   */
  public long shrinkNode(Cpu cpu, int node, int gfp, int priority) {
    long freed = 0;
    for (RegisteredShrinker registered : all) {
      if (registered.pin(cpu)) {
        try {
          freed += registered.shrink(cpu, node, gfp, priority, slabsScanned);
        } finally {
          registered.unpin(cpu);
        }
      }
    }
    return freed;
  }

  /** Objects that shrinkers were told to look at since the start. */
  public long slabsScanned() {
    return slabsScanned.peek();
  }

  /** By shrinker in order of registration: what is left to scan on a node. At rest. */
  public long[] deferred(int node) {
    RegisteredShrinker[] registered = all.toArray(RegisteredShrinker[]::new);
    return Arrays.stream(registered).mapToLong(shrinker -> shrinker.deferred(node)).toArray();
  }
}
