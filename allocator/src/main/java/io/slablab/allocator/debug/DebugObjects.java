package io.slablab.allocator.debug;

import io.slablab.allocator.debug.DebugObjectsReport.Kind;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.slub.HookSource;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.ObjectHooks;
import io.slablab.allocator.slub.SlabFlags;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are in use until they are ended, wherever in memory they lie; memory that is freed
 * is searched for such.
 *
 * <p>A constructed object stays in use while the object around it is free. Compatible: what is
 * freed is searched outside of the parts that persist, and everything is once its destructor ran; a
 * destructing cache that declares no such part is searched then alone. A cache with {@link
 * SlabFlags#DEBUG_OBJECTS} is never searched. Faithful: everything at every free, and what is found
 * is ended under the constructor's feet.
 *
 * <p>Threads: the state of one object changes by whoever owns it; the table is under {@code
 * obj_hash[i].lock}, a leaf, which is not held while a report is made or repaired.
 */
public final class DebugObjects implements HookSource {
  private static final LockClass LOCK =
      LockClass.leaf("obj_hash[i].lock", LockClass.Kind.RAW_SPIN_IRQSAVE, 0);

  private enum State {
    INIT,
    ACTIVE,
    INACTIVE
  }

  private record Tracked(long address, ObjectDescr descr, State state) {}

  private final Reports reports;
  private final boolean faithful;
  private final SpinLock lock;

  /** By address; under the lock. */
  private final TreeMap<Long, Tracked> objects = new TreeMap<>();

  DebugObjects(Machine machine, Reports reports, boolean faithful) {
    this.reports = reports;
    this.faithful = faithful;
    this.lock = machine.spinLock(LOCK);
  }

  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    boolean skipped = (cache.args().flags() & SlabFlags.DEBUG_OBJECTS) != 0;
    return skipped ? null : new DebugObjectsHooks(this, cache, faithful);
  }

  // ---- lives ----

  /** An object is made, not yet in use. */
  public void init(Cpu cpu, long object, ObjectDescr descr) {
    Tracked before = put(cpu, new Tracked(object, descr, State.INIT));
    if (before != null && before.state == State.ACTIVE) {
      report(Kind.INIT_ACTIVE, before, "");
    }
  }

  /** An object is in use from now on. */
  public void activate(Cpu cpu, long object, ObjectDescr descr) {
    Tracked before = put(cpu, new Tracked(object, descr, State.ACTIVE));
    if (before != null && before.state == State.ACTIVE) {
      report(Kind.ACTIVATE_ACTIVE, before, "");
    }
  }

  /** An object is not in use any more. */
  public void deactivate(Cpu cpu, long object, ObjectDescr descr) {
    Tracked before = put(cpu, new Tracked(object, descr, State.INACTIVE));
    if (before == null || before.state != State.ACTIVE) {
      report(Kind.DEACTIVATE_INACTIVE, new Tracked(object, descr, State.INACTIVE), "");
    }
  }

  /** An object's memory may become something else. */
  public void forget(Cpu cpu, long object) {
    lock.lockIrqsave(cpu);
    objects.remove(object);
    lock.unlockIrqrestore(cpu);
  }

  private @Nullable Tracked put(Cpu cpu, Tracked now) {
    lock.lockIrqsave(cpu);
    Tracked before = objects.put(now.address, now);
    lock.unlockIrqrestore(cpu);
    return before;
  }

  /** Objects in use; at rest. */
  public long active() {
    return objects.values().stream().filter(object -> object.state == State.ACTIVE).count();
  }

  // ---- memory that is freed ----

  /** Reports and ends what is in use in a range that is being freed. */
  void checkFreed(Cpu cpu, long from, long end, String cache) {
    for (Tracked found = take(cpu, from, end); found != null; found = take(cpu, from, end)) {
      if (found.state == State.ACTIVE) {
        report(Kind.FREE_ACTIVE, found, cache);
        put(cpu, found); // for its end to find it in use
        found.descr.fixup().end(cpu, found.address);
        forget(cpu, found.address);
      }
    }
  }

  /** The first object of a range, tracked no more. */
  private @Nullable Tracked take(Cpu cpu, long from, long end) {
    lock.lockIrqsave(cpu);
    Map.Entry<Long, Tracked> first = objects.ceilingEntry(from);
    boolean inside = first != null && first.getKey() < end;
    Tracked found = inside ? objects.remove(first.getKey()) : null;
    lock.unlockIrqrestore(cpu);
    return found;
  }

  private void report(Kind kind, Tracked found, String cache) {
    if (!reports.counted(DebugFeature.DEBUG_OBJECTS, kind.words())) {
      return;
    }
    reports.keep(
        new DebugObjectsReport(
            kind, found.address, found.descr.name(), cache, StackDepot.callers()));
  }
}
