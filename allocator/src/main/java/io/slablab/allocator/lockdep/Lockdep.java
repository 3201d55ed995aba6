package io.slablab.allocator.lockdep;

import io.slablab.allocator.lockdep.Report.MaySleep;
import io.slablab.allocator.lockdep.Report.StillHeld;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuWatch;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Section;
import io.slablab.allocator.slub.HookSource;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The checker of one machine.
 *
 * <p>Threads: {@link #reports} and {@link #dependencies} by any thread at any time; the rest as the
 * machine's own calls.
 */
public final class Lockdep extends CpuWatch {
  private final Reports reports;
  private final ClassGraph graph = new ClassGraph();
  private final @Nullable LeafRules leaves;
  private final CpuLocks[] locksOfCpu;
  private final LockRules rules;
  private final LockMap rcu;
  private final LockMap fsReclaim;
  private final Machine machine;

  private Lockdep(Machine bare, LockdepLevel level, boolean strict) {
    if (level == LockdepLevel.OFF) {
      throw new IllegalArgumentException("a machine that is not checked needs no checker");
    }
    this.reports = new Reports(strict);
    this.leaves = level.atLeast(LockdepLevel.FULL) ? new LeafRules(reports) : null;
    this.locksOfCpu = new CpuLocks[bare.possibleCpus()];
    Arrays.setAll(locksOfCpu, _ -> new CpuLocks());
    this.rules = new LockRules(graph, reports, leaves, locksOfCpu);
    this.rcu = pseudo("rcu_read_lock", WaitType.SPIN);
    this.fsReclaim = pseudo("fs_reclaim", WaitType.SLEEP);
    this.machine = new CheckedMachine(bare, this);
    bare.watch(this);
    bare.hotplug().guard(lock -> new CheckedRwSemaphore(lock, map(lock.lockClass())));
  }

  /**
   * Whoever breaks a rule gets a {@link LockdepException}.
   *
   * @param bare a machine that nobody uses yet; from now on it is used through {@link #machine}
   */
  public static Lockdep strict(Machine bare, LockdepLevel level) {
    return new Lockdep(bare, level, true);
  }

  /** What is found is kept and the run goes on, unless a lock would never be had. */
  public static Lockdep collecting(Machine bare, LockdepLevel level) {
    return new Lockdep(bare, level, false);
  }

  /** The machine with checked locks. */
  public Machine machine() {
    return machine;
  }

  /**
   * What goes around the objects of slab caches, for constructors, destructors and freed locks.
   *
   * @param objects memory that the objects lie in
   */
  public HookSource hooks(Memory objects) {
    return cache -> leaves == null ? null : new CacheRules(this, cache, objects);
  }

  /** What was found, in order; each once. */
  public List<Report> reports() {
    return reports.all();
  }

  /** The order of lock classes as far as it is known. */
  public List<Dependency> dependencies() {
    return graph.dependencies();
  }

  /** Something of a class that is no lock of the machine. */
  public LockMap map(LockClass lockClass) {
    return new LockMap(rules, graph.node(lockClass));
  }

  /**
   * A stretch of code as a lock.
   *
   * @param inner the most patient way to wait inside
   */
  LockMap pseudo(String name, WaitType inner) {
    return new LockMap(rules, graph.pseudo(name, inner));
  }

  LockRules rules() {
    return rules;
  }

  CpuLocks locks(Cpu cpu) {
    return locksOfCpu[cpu.id()];
  }

  void report(Report report) {
    reports.add(report);
  }

  // ---- what CPUs tell ----

  @Override
  public void mightAlloc(Cpu cpu, int gfp) {
    checkEntry(cpu, "allocates memory");
    Patience patience = Patience.of(cpu, gfp);
    if (leaves != null) {
      leaves.checkConstructor(cpu, locks(cpu), patience);
    }
    if (patience != Patience.ATOMIC) {
      maySleep(cpu, "an allocation that may wait for memory");
    }
    if (leaves != null && patience == Patience.RECLAIMS) {
      fsReclaim.touch(cpu);
    }
  }

  /** An allocator is entered in whatever way. */
  void checkEntry(Cpu cpu, String what) {
    if (leaves != null) {
      leaves.checkEntry(cpu, locks(cpu), what);
    }
  }

  @Override
  public void mightSleep(Cpu cpu) {
    if (leaves != null) {
      leaves.checkDestructor(cpu, locks(cpu), "may sleep");
      leaves.checkConstructor(cpu, locks(cpu), Patience.SLEEPS);
    }
    maySleep(cpu, "a call");
  }

  private void maySleep(Cpu cpu, String what) {
    CpuLocks locks = locks(cpu);
    if (locks.limit() != WaitType.SLEEP) {
      report(new MaySleep(Reports.where(cpu, locks), what, LockRules.strictest(locks)));
    } else if (cpu.irqsOff()) {
      report(new MaySleep(Reports.where(cpu, locks), what, "interrupts off"));
    }
  }

  @Override
  public void begin(Cpu cpu, Section section) {
    switch (section) {
      case HARDIRQ, SOFTIRQ -> locks(cpu).enter(section);
      case WORK -> beginWork(cpu);
      case RCU_READER -> rcu.acquire(cpu, LockMode.RECURSIVE_READ);
      case RECLAIM -> {
        if (leaves != null) {
          fsReclaim.acquire(cpu, LockMode.EXCLUSIVE);
        }
      }
    }
  }

  /** Work waits until nothing is held: what it takes may be anything. */
  private void beginWork(Cpu cpu) {
    CpuLocks locks = locks(cpu);
    boolean holds = !locks.here().isEmpty();
    locks.enter(Section.WORK);
    if (holds) {
      report(new StillHeld(Reports.where(cpu, locks), "queued work runs"));
    }
  }

  @Override
  public void end(Cpu cpu, Section section) {
    CpuLocks locks = locks(cpu);
    switch (section) {
      case HARDIRQ, SOFTIRQ, WORK -> leave(cpu, locks, section);
      case RCU_READER -> rcu.releaseIfHeld(locks);
      case RECLAIM -> fsReclaim.releaseIfHeld(locks);
    }
  }

  private void leave(Cpu cpu, CpuLocks locks, Section section) {
    Report.Where where = Reports.where(cpu, locks);
    if (!locks.leave(section).isEmpty()) {
      report(new StillHeld(where, "its section " + section + " ends"));
    }
  }
}
