package io.slablab.allocator.lockdep;

import io.slablab.allocator.lockdep.Report.FreedWhileHeld;
import io.slablab.allocator.lockdep.Report.OwnCacheInConstructor;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.ObjectHooks;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What constructors and destructors of one cache and their callers have to keep.
 *
 * <p>Every allocation stands for the constructors that it may run, every free for the destructors:
 * who holds a lock that one of them takes is found without a slab that just begins or ends.
 */
final class CacheRules extends ObjectHooks {
  private final Lockdep lockdep;
  private final String name;
  private final int objectBytes;
  private final Memory memory;

  /** By {@link Patience} of the caller, whose flags the constructor gets; or null. */
  private final LockMap @Nullable [] constructors;

  /** Null without destructor. */
  private final @Nullable LockMap destructor;

  /** Whether a worker runs it, or who finds too many slabs waiting for the worker and may sleep. */
  private final boolean deferred;

  /**
   * Whether a trim runs it: no free does, nor a shrink before it has let go of its locks. A trim
   * takes {@code deferred_dtor} in any case, which stands for what destructors take.
   */
  private final boolean byTrim;

  // Objects whose constructor or destructor runs; each entry by its CPU alone.
  private final int[] constructing;
  private final int[] destructing;

  CacheRules(Lockdep lockdep, KmemCache cache, Memory memory) {
    KmemCacheArgs args = cache.args();
    boolean destructs = args.dtor() != null || args.batch() != null;
    this.lockdep = lockdep;
    this.name = cache.name();
    this.objectBytes = cache.geometry().size();
    this.memory = memory;
    this.constructors = args.ctor() != null || args.batch() != null ? constructors() : null;
    this.destructor = destructs ? section("dtor", "") : null;
    this.deferred = args.deferred() != null;
    this.byTrim = args.deferred() != null && args.deferred().byTrim();
    this.constructing = new int[lockdep.machine().possibleCpus()];
    this.destructing = new int[constructing.length];
  }

  private LockMap[] constructors() {
    return Stream.of(Patience.values())
        .map(each -> section("ctor", each.note))
        .toArray(LockMap[]::new);
  }

  private LockMap section(String what, String note) {
    return lockdep.pseudo(what + "(" + name + ")" + note, WaitType.SLEEP);
  }

  // ---- users ----

  @Override
  public long beforeAlloc(Cpu cpu, int gfp, int node) {
    lockdep.mightAlloc(cpu, gfp);
    if (constructors != null) {
      checkConstructor(cpu, constructors, Patience.of(cpu, gfp));
    }
    return PASS;
  }

  private void checkConstructor(Cpu cpu, LockMap[] sections, Patience patience) {
    CpuLocks locks = lockdep.locks(cpu);
    if (Stream.of(sections).anyMatch(section -> section.heldBy(locks))) {
      lockdep.report(new OwnCacheInConstructor(Reports.where(cpu, locks), name));
    } else {
      sections[patience.ordinal()].touch(cpu);
    }
  }

  @Override
  public boolean beforeFree(Cpu cpu, long object) {
    lockdep.checkEntry(cpu, "frees an object of " + name);
    checkNoLockIn(cpu, object);
    mayDestruct(cpu);
    return false;
  }

  private void checkNoLockIn(Cpu cpu, long object) {
    CpuLocks locks = lockdep.locks(cpu);
    for (HeldLock held : locks.all()) {
      boolean inside =
          held.lock() == memory && held.at() >= object && held.at() < object + objectBytes;
      if (inside) {
        String lock = held.node().name;
        lockdep.report(new FreedWhileHeld(Reports.where(cpu, locks), lock, name));
        return;
      }
    }
  }

  /** The cache is shrunk or destroyed. */
  @Override
  public void purge(Cpu cpu) {
    mayDestruct(cpu);
  }

  private void mayDestruct(Cpu cpu) {
    boolean couldRun = !deferred || (!byTrim && cpu.maySleep());
    if (destructor != null && couldRun && !destructor.heldBy(lockdep.locks(cpu))) {
      destructor.touch(cpu);
    }
  }

  // ---- constructors ----

  @Override
  public void beforeCtor(Cpu cpu, long object, int gfp) {
    if (constructors != null && constructing[cpu.id()]++ == 0) {
      Patience patience = Patience.of(cpu, gfp);
      constructors[patience.ordinal()].acquire(cpu, LockMode.EXCLUSIVE);
      lockdep.locks(cpu).enterConstructor(name, patience);
    }
  }

  @Override
  public void afterCtor(Cpu cpu, long object, boolean made) {
    if (constructors != null && --constructing[cpu.id()] == 0) {
      lockdep.locks(cpu).leaveConstructor();
      for (LockMap section : constructors) {
        section.releaseIfHeld(lockdep.locks(cpu));
      }
    }
  }

  // ---- destructors ----

  /** One that is deferred may do what it wants. */
  @Override
  public void beforeDtor(Cpu cpu, long object) {
    if (destructor != null && destructing[cpu.id()]++ == 0) {
      destructor.acquire(cpu, LockMode.EXCLUSIVE);
      if (!deferred) {
        lockdep.locks(cpu).enterDestructor(name);
      }
    }
  }

  @Override
  public void afterDtor(Cpu cpu, long object) {
    if (destructor != null && --destructing[cpu.id()] == 0) {
      if (!deferred) {
        lockdep.locks(cpu).leaveDestructor();
      }
      destructor.releaseIfHeld(lockdep.locks(cpu));
    }
  }
}
