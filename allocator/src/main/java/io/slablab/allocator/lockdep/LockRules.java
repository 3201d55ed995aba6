package io.slablab.allocator.lockdep;

import io.slablab.allocator.lockdep.Report.CircularOrder;
import io.slablab.allocator.lockdep.Report.IrqInversion;
import io.slablab.allocator.lockdep.Report.NotHeld;
import io.slablab.allocator.lockdep.Report.Recursion;
import io.slablab.allocator.lockdep.Report.TooDeep;
import io.slablab.allocator.lockdep.Report.WaitContext;
import io.slablab.allocator.machine.Cpu;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every acquisition and every release has to keep.
 *
 * <p>A lock is checked before its taker waits, and held from the moment it is had: who waits for a
 * sleeping lock may serve other CPUs meanwhile, and does not hold it yet.
 */
final class LockRules {
  private final ClassGraph graph;
  private final Reports reports;

  /** Null when leaves are not checked. */
  private final @Nullable LeafRules leaves;

  /** Each entry by its CPU alone. */
  private final CpuLocks[] locksOfCpu;

  LockRules(ClassGraph graph, Reports reports, @Nullable LeafRules leaves, CpuLocks[] locksOfCpu) {
    this.graph = graph;
    this.reports = reports;
    this.leaves = leaves;
    this.locksOfCpu = locksOfCpu;
  }

  /**
   * @throws LockdepException for a lock that would never be had, and in strict mode
   */
  void check(Cpu cpu, HeldLock wanted) {
    CpuLocks locks = locksOfCpu[cpu.id()];
    noticeIrqsOn(cpu, locks);
    if (leaves != null) {
      leaves.check(cpu, locks, wanted);
    }
    if (!wanted.tried()) {
      checkRecursion(cpu, locks, wanted);
      checkWaiting(cpu, locks, wanted);
    }
    use(cpu, locks, wanted, bitsOf(cpu, locks, wanted));
    if (!wanted.tried()) {
      checkOrder(cpu, locks, wanted);
    }
  }

  void hold(Cpu cpu, HeldLock taken) {
    CpuLocks locks = locksOfCpu[cpu.id()];
    if (!locks.push(taken)) {
      reports.add(new TooDeep(Reports.where(cpu, locks), CpuLocks.MAX_DEPTH));
    }
  }

  /** False, reported, when the lock is not held by this CPU where it is now. */
  boolean release(Cpu cpu, ClassNode node, Object lock, long at) {
    CpuLocks locks = locksOfCpu[cpu.id()];
    noticeIrqsOn(cpu, locks);
    if (locks.remove(lock, at)) {
      return true;
    }
    reports.add(new NotHeld(Reports.where(cpu, locks), node.name));
    return false;
  }

  // ---- the rules ----

  private void checkRecursion(Cpu cpu, CpuLocks locks, HeldLock wanted) {
    for (HeldLock held : locks.all()) {
      boolean shared =
          held.mode() != LockMode.EXCLUSIVE && wanted.mode() == LockMode.RECURSIVE_READ;
      if (held.node() != wanted.node() || shared) {
        continue;
      }
      boolean same = held.is(wanted.lock(), wanted.at());
      Recursion report = new Recursion(Reports.where(cpu, locks), wanted.node().name, same);
      if (same && !wanted.node().pseudo) {
        throw reports.fatal(report);
      }
      reports.add(report);
      return;
    }
  }

  private void checkWaiting(Cpu cpu, CpuLocks locks, HeldLock wanted) {
    WaitType outer = wanted.node().outer;
    if (outer.compareTo(locks.limit()) > 0) {
      reports.add(new WaitContext(Reports.where(cpu, locks), wanted.node().name, strictest(locks)));
    } else if (outer == WaitType.SLEEP && cpu.irqsOff()) {
      reports.add(new WaitContext(Reports.where(cpu, locks), wanted.node().name, "interrupts off"));
    }
  }

  /** What sets the limit on waiting here. */
  static String strictest(CpuLocks locks) {
    WaitType limit = locks.limit();
    return locks.here().stream()
        .filter(lock -> lock.node().inner == limit)
        .map(lock -> lock.node().name)
        .findFirst()
        .orElse(locks.context());
  }

  /** Back to the first lock that was waited for: that one was ordered after those before it. */
  private void checkOrder(Cpu cpu, CpuLocks locks, HeldLock wanted) {
    List<HeldLock> here = locks.here();
    for (int i = here.size() - 1; i >= 0; i--) {
      HeldLock held = here.get(i);
      if (held.node() != wanted.node()) {
        order(cpu, locks, held, wanted);
      }
      if (!held.tried()) {
        return;
      }
    }
  }

  private void order(Cpu cpu, CpuLocks locks, HeldLock held, HeldLock wanted) {
    report(
        cpu,
        locks,
        graph.depend(
            held.node(),
            held.mode(),
            wanted.node(),
            wanted.mode(),
            () ->
                new Dependency(
                    held.node().name,
                    wanted.node().name,
                    Reports.names(locks.all()),
                    locks.context(),
                    Reports.trace())));
  }

  // ---- interrupts ----

  private static int bitsOf(Cpu cpu, CpuLocks locks, HeldLock wanted) {
    if (wanted.node().pseudo) {
      return 0;
    }
    int bits = 0;
    if (!wanted.tried()) {
      bits |= locks.inHardirq() ? IrqUsage.usedIn(IrqUsage.HARD, wanted.mode()) : 0;
      bits |= locks.inSoftirq() ? IrqUsage.usedIn(IrqUsage.SOFT, wanted.mode()) : 0;
    }
    return cpu.irqsOff() ? bits : bits | enabled(locks, wanted.mode());
  }

  private static int enabled(CpuLocks locks, LockMode mode) {
    int bits = IrqUsage.enabled(IrqUsage.HARD, mode);
    return locks.inSoftirq() ? bits : bits | IrqUsage.enabled(IrqUsage.SOFT, mode);
  }

  /** Locks taken with interrupts off whose holder turned them on since. */
  private void noticeIrqsOn(Cpu cpu, CpuLocks locks) {
    if (cpu.irqsOff()) {
      return;
    }
    List<HeldLock> here = locks.here();
    for (int i = 0; i < here.size(); i++) {
      HeldLock held = here.get(i);
      if (held.irqsOff()) {
        here.set(i, held.withIrqsOn());
        if (!held.node().pseudo) {
          use(cpu, locks, held, enabled(locks, held.mode()));
        }
        if (leaves != null) {
          leaves.irqsCameOn(cpu, locks, held);
        }
      }
    }
  }

  private void use(Cpu cpu, CpuLocks locks, HeldLock lock, int bits) {
    report(cpu, locks, graph.use(lock.node(), bits));
  }

  private void report(Cpu cpu, CpuLocks locks, ClassGraph.@Nullable Circle circle) {
    if (circle != null) {
      Report.Where where = Reports.where(cpu, locks);
      reports.add(
          circle.byInterrupt()
              ? new IrqInversion(where, circle.chain())
              : new CircularOrder(where, circle.chain()));
    }
  }
}
