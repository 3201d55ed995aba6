package io.slablab.allocator.reclaim;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.memcg.ObjCgroup;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

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
   * Asks every shrinker for its share: those that know memory cgroups for each that is marked.
   *
   * @param priority 12 (least pressure) .. 0 (all of it)
   * @return objects freed
   */
  public long shrinkNode(Cpu cpu, int node, int gfp, int priority) {
    return pinned(cpu, each -> each.shrinkAll(cpu, node, gfp, priority, slabsScanned));
  }

  /**
   * Asks those that know memory cgroups for the objects of one that is short.
   *
   * @return objects freed
   */
  public long shrinkMemcg(Cpu cpu, int node, ObjCgroup memcg, int gfp, int priority) {
    return pinned(cpu, each -> each.shrinkMarked(cpu, node, memcg, gfp, priority, slabsScanned));
  }

  private long pinned(Cpu cpu, ToLongFunction<RegisteredShrinker> shrink) {
    long freed = 0;
    for (RegisteredShrinker registered : all) {
      if (registered.pin(cpu)) {
        try {
          freed += shrink.applyAsLong(registered);
        } finally {
          registered.unpin(cpu);
        }
      }
    }
    return freed;
  }

  /**
   * A shrinker got an object of a memory cgroup on a node; told after the object is there. Until
   * then it is not asked for that cgroup, nor again once it answered {@link Shrinker#EMPTY}.
   *
   * @throws IllegalArgumentException when the shrinker does not know cgroups
   */
  public void mark(Cpu cpu, Shrinker shrinker, ObjCgroup memcg, int node) {
    if (!shrinker.memcgAware()) {
      throw new IllegalArgumentException("does not know memory cgroups: shrinker=" + shrinker);
    }
    for (RegisteredShrinker registered : all) {
      if (registered.shrinker == shrinker) {
        registered.mark(cpu, memcg, node);
      }
    }
  }

  /** A memory cgroup is gone, and its objects are of none; what was left to scan stays due. */
  public void memcgGone(Cpu cpu, ObjCgroup memcg) {
    all.forEach(registered -> registered.memcgGone(cpu, memcg));
  }

  /** Objects that shrinkers were told to look at since the start. */
  public long slabsScanned() {
    return slabsScanned.peek();
  }

  /** By shrinker in order of registration: what is left to scan on a node. At rest. */
  public long[] deferred(int node) {
    return deferred(node, null);
  }

  /** The same of objects of one memory cgroup, as far as a shrinker knows it. At rest. */
  public long[] deferred(int node, @Nullable ObjCgroup memcg) {
    RegisteredShrinker[] registered = all.toArray(RegisteredShrinker[]::new);
    return Arrays.stream(registered).mapToLong(each -> each.deferred(node, memcg)).toArray();
  }
}
