package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.SpinLock;

/** The pages of one node: buddy lists under a lock, and the marks below which they are reserved. */
final class Zone {
  final int node;
  final int managed;
  final long markMin;
  final long markLow;
  final long markHigh;
  private final SpinLock lock;
  private final Line line;
  private final BuddyLists buddy;

  Zone(
      int node,
      int firstPfn,
      int pages,
      int managed,
      long markMin,
      long gap,
      SpinLock lock,
      Line line) {
    this.node = node;
    this.managed = managed;
    this.markMin = markMin;
    this.markLow = markMin + gap;
    this.markHigh = markLow + gap;
    this.lock = lock;
    this.line = line;
    this.buddy = new BuddyLists(firstPfn, pages);
  }

  /** At construction, before any CPU runs. */
  void seed(int pfn, int order) {
    buddy.give(pfn, order);
  }

  /** The racy read is a hint: too high, the lists decide under the lock; too low, the next zone. */
  boolean aboveMark(Cpu cpu, int order, long mark) {
    cpu.read(line);
    return buddy.freePages() - (1L << order) + 1 > mark && buddy.hasBlock(order);
  }

  /**
   * @return pfn, or -1
   */
  int take(Cpu cpu, int order) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
    cpu.charge(Cost.PAGE_BUDDY);
    int pfn = buddy.take(order);
    lock.unlockIrqrestore(cpu);
    return pfn;
  }

  void give(Cpu cpu, int pfn, int order) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
    cpu.charge(Cost.PAGE_BUDDY);
    buddy.give(pfn, order);
    lock.unlockIrqrestore(cpu);
  }

  /** Moves up to a batch of blocks to a CPU's list in one lock section. */
  void refill(Cpu cpu, PerCpuPages list, int order) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
    int wanted = list.batchOf(order);
    cpu.charge(Cost.PAGE_SPLIT_MERGE, wanted);
    for (int i = 0; i < wanted; i++) {
      int pfn = buddy.take(order);
      if (pfn < 0) {
        break;
      }
      list.push(pfn, order);
    }
    lock.unlockIrqrestore(cpu);
  }

  /** Moves up to {@code blocks} blocks of a CPU's list back in one lock section. */
  void drain(Cpu cpu, PerCpuPages list, int order, int blocks) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
    cpu.charge(Cost.PAGE_SPLIT_MERGE, blocks);
    for (int i = 0; i < blocks; i++) {
      int pfn = list.pop(order);
      if (pfn < 0) {
        break;
      }
      buddy.give(pfn, order);
    }
    lock.unlockIrqrestore(cpu);
  }

  BuddyLists buddy() {
    return buddy;
  }
}
