package io.slablab.allocator.page;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.SpinLock;

/** The pages of one node: buddy lists under a lock, and the marks below which they are reserved. */
final class Zone {
  final int node;
  final int managed;
  final ZoneMarks marks;
  private final SpinLock lock;
  private final Line line;
  private final BuddyLists buddy;
  private final Fallback fallback;
  private final HighAtomicReserve reserve;

  Zone(
      int node,
      int managed,
      ZoneMarks marks,
      BuddyLists buddy,
      BlockStates states,
      SpinLock lock,
      Line line) {
    this.node = node;
    this.managed = managed;
    this.marks = marks;
    this.buddy = buddy;
    this.fallback = new Fallback(buddy, states);
    this.reserve = new HighAtomicReserve(buddy, managed);
    this.lock = lock;
    this.line = line;
  }

  /**
   * Whether a request may be granted from here. The racy reads are a hint: too high, the lists
   * decide under the lock; too low, the next zone.
   *
   * @param flags of {@link AllocFlags}
   */
  boolean watermarkOk(Cpu cpu, int order, int flags) {
    if ((flags & AllocFlags.NO_WATERMARKS) != 0) {
      return true;
    }
    cpu.read(line);
    return aboveMark(order, flags, buddy.freePages())
        && (order == 0 || buddy.hasBlock(order, reachesReserved(flags)));
  }

  /** As {@link #watermarkOk}, if so many more pages were free and in large enough blocks. */
  boolean watermarkOkWith(long more, int order, int flags) {
    return aboveMark(order, flags, buddy.freePages() + more);
  }

  private boolean aboveMark(int order, int flags, long free) {
    long unusable = (1L << order) - 1;
    if ((flags & AllocFlags.RESERVES) == 0) {
      unusable += buddy.freeHighatomic();
    }
    long mark =
        (flags & AllocFlags.WMARK_LOW) != 0 ? marks.low() : AllocFlags.mark(marks.min(), flags);
    return free - unusable > mark;
  }

  private static boolean reachesReserved(int flags) {
    return (flags & (AllocFlags.HIGHATOMIC | AllocFlags.OOM)) != 0;
  }

  boolean belowHigh() {
    return buddy.freePages() < marks.high();
  }

  /** Type of the pageblock of a frame; without the lock a hint. */
  int typeOf(int pfn) {
    return buddy.typeOf(pfn);
  }

  /**
   * @param flags of {@link AllocFlags}
   * @return pfn, or -1
   */
  int take(Cpu cpu, int order, int type, int flags) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
    cpu.charge(Cost.PAGE_BUDDY);
    int pfn = -1;
    if ((flags & AllocFlags.HIGHATOMIC) != 0) {
      pfn = buddy.take(order, MigrateType.HIGHATOMIC);
    }
    if (pfn < 0) {
      pfn = takeCommon(order, type);
    }
    if (pfn < 0 && (flags & (AllocFlags.OOM | AllocFlags.NON_BLOCK)) != 0) {
      pfn = buddy.take(order, MigrateType.HIGHATOMIC);
    }
    lock.unlockIrqrestore(cpu);
    return pfn;
  }

  private int takeCommon(int order, int type) {
    int pfn = buddy.take(order, type);
    if (pfn < 0) {
      pfn = fallback.take(order, type);
      if (fallback.takeMixed()) {
        marks.boost();
      }
    }
    return pfn;
  }

  void give(Cpu cpu, int pfn, int order) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
    cpu.charge(Cost.PAGE_BUDDY);
    buddy.give(pfn, order);
    lock.unlockIrqrestore(cpu);
  }

  /** Moves blocks to a CPU's empty list in one lock section. */
  void refill(Cpu cpu, PerCpuPages list, int order, int type) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
    int wanted = list.wanted(order, belowHigh());
    cpu.charge(Cost.PAGE_SPLIT_MERGE, wanted);
    for (int i = 0; i < wanted; i++) {
      int pfn = takeCommon(order, type);
      if (pfn < 0) {
        break;
      }
      list.fetched(pfn, order, type);
    }
    lock.unlockIrqrestore(cpu);
  }

  /** Moves up to {@code pages} pages of a CPU's lists back in one lock section. */
  void drain(Cpu cpu, PerCpuPages list, int pages) {
    if (pages == 0) {
      return;
    }
    lock.lockIrqsave(cpu);
    cpu.write(line);
    cpu.charge(Cost.PAGE_SPLIT_MERGE, pages);
    list.giveBack(buddy, pages);
    lock.unlockIrqrestore(cpu);
  }

  /** A request that may use reserved pageblocks got a block. */
  void reserveAround(Cpu cpu, int pfn, int order) {
    lock.lockIrqsave(cpu);
    reserve.granted(pfn, order);
    lock.unlockIrqrestore(cpu);
  }

  /** As {@link HighAtomicReserve#giveUp}. */
  boolean giveUpReserved(Cpu cpu, int type, boolean last) {
    lock.lockIrqsave(cpu);
    boolean given = reserve.giveUp(type, last);
    lock.unlockIrqrestore(cpu);
    return given;
  }

  /** Background reclaim of this zone has come to its end. */
  void endBoost(Cpu cpu) {
    lock.lockIrqsave(cpu);
    marks.endBoost();
    lock.unlockIrqrestore(cpu);
  }

  BuddyLists buddy() {
    return buddy;
  }

  /** At rest. */
  ZoneStats stats() {
    int[][] nrFree = new int[MigrateType.TYPES][PageConfig.MAX_PAGE_ORDER + 1];
    for (int type = 0; type < MigrateType.TYPES; type++) {
      for (int order = 0; order <= PageConfig.MAX_PAGE_ORDER; order++) {
        nrFree[type][order] = buddy.nrFree(order, type);
      }
    }
    return new ZoneStats(
        node,
        managed,
        buddy.freePages(),
        marks.min(),
        marks.low(),
        marks.high(),
        marks.promo(),
        reserve.reservedPages(),
        fallback.claims,
        fallback.steals,
        nrFree);
  }
}
