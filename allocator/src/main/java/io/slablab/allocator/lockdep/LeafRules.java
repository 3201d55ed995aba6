package io.slablab.allocator.lockdep;

import io.slablab.allocator.lockdep.CpuLocks.Constructing;
import io.slablab.allocator.lockdep.Report.BeyondCaller;
import io.slablab.allocator.lockdep.Report.InDestructor;
import io.slablab.allocator.lockdep.Report.LeafWithIrqsOn;
import io.slablab.allocator.lockdep.Report.UnderLeaf;
import io.slablab.allocator.machine.Cpu;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leaves, destructors and constructors.
 *
 * <pre>
 *   under LEAF(k)      LEAF(j) with j < k, RCU readers
 *   in a destructor    LEAF(k), RCU readers, free_percpu
 *   in a constructor   waiting as long as its caller allows
 * </pre>
 */
final class LeafRules {
  private final Reports reports;

  LeafRules(Reports reports) {
    this.reports = reports;
  }

  void check(Cpu cpu, CpuLocks locks, HeldLock wanted) {
    ClassNode node = wanted.node();
    if (node.pseudo) {
      return;
    }
    if (!node.isLeaf()) {
      checkDestructor(cpu, locks, "takes " + node.name);
    }
    if (node.outer == WaitType.SLEEP && !wanted.tried()) {
      checkConstructor(cpu, locks, Patience.SLEEPS);
    }
    HeldLock leaf = innermostLeaf(locks);
    if (leaf != null && !(node.isLeaf() && node.leaf < leaf.node().leaf)) {
      underLeaf(cpu, locks, node.name, leaf);
    }
    if (node.isLeaf() && !wanted.irqsOff()) {
      reports.add(new LeafWithIrqsOn(Reports.where(cpu, locks), node.name));
    }
  }

  void irqsCameOn(Cpu cpu, CpuLocks locks, HeldLock held) {
    if (held.node().isLeaf()) {
      reports.add(new LeafWithIrqsOn(Reports.where(cpu, locks), held.node().name));
    }
  }

  /** An allocator is entered: nothing for a destructor or the holder of a leaf. */
  void checkEntry(Cpu cpu, CpuLocks locks, String what) {
    checkDestructor(cpu, locks, what);
    HeldLock leaf = innermostLeaf(locks);
    if (leaf != null) {
      underLeaf(cpu, locks, "an allocator", leaf);
    }
  }

  /** Something is done that destructors may not do. */
  void checkDestructor(Cpu cpu, CpuLocks locks, String what) {
    String cache = locks.destructor();
    if (cache != null) {
      reports.add(new InDestructor(Reports.where(cpu, locks), cache, what));
    }
  }

  /** Something waits, at most so long. */
  void checkConstructor(Cpu cpu, CpuLocks locks, Patience asked) {
    Constructing constructor = locks.constructor();
    if (constructor != null && asked.compareTo(constructor.allowed()) > 0) {
      reports.add(
          new BeyondCaller(
              Reports.where(cpu, locks),
              constructor.cache(),
              asked.means,
              constructor.allowed().means));
    }
  }

  private void underLeaf(Cpu cpu, CpuLocks locks, String wanted, HeldLock leaf) {
    reports.add(
        new UnderLeaf(Reports.where(cpu, locks), wanted, leaf.node().name, leaf.node().leaf));
  }

  private static @Nullable HeldLock innermostLeaf(CpuLocks locks) {
    List<HeldLock> here = locks.here();
    for (int i = here.size() - 1; i >= 0; i--) {
      if (here.get(i).node().isLeaf()) {
        return here.get(i);
      }
    }
    return null;
  }
}
