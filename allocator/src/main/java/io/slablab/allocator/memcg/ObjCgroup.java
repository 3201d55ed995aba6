package io.slablab.allocator.memcg;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;

/**
 * A memory cgroup that objects are charged to.
 *
 * <p>Invariant: pages charged * 4096 = bytes in use + sum of the CPUs' stocks. A stock belongs to
 * the holder of its CPU's token.
 */
public final class ObjCgroup {
  private static final int PAGE_SHIFT = 12;
  private static final long PAGE_BYTES = 1L << PAGE_SHIFT;

  private final Word pages;
  private final long limitPages;

  /** The stock of CPU i at (i + 1) * PAD_LONGS: no two in one line, none at an end. */
  private final long[] stockBytes;

  /**
   * @param limitPages most pages that may be charged
   */
  public ObjCgroup(Machine machine, long limitPages) {
    this.pages = machine.word(machine.line("memcg page_counter"), 0);
    this.limitPages = limitPages;
    this.stockBytes = new long[(machine.possibleCpus() + 2) * LinePad.PAD_LONGS];
  }

  private static int stockOf(Cpu cpu) {
    return (cpu.id() + 1) * LinePad.PAD_LONGS;
  }

  /**
   * @return false when the limit would be exceeded; nothing is charged then
   */
  public boolean charge(Cpu cpu, long bytes) {
    return fromStock(cpu, bytes) || chargeShort(cpu, bytes, false);
  }

  /** For who must not fail: over the limit if need be. */
  public void chargeAlways(Cpu cpu, long bytes) {
    if (!fromStock(cpu, bytes)) {
      chargeShort(cpu, bytes, true);
    }
  }

  private boolean fromStock(Cpu cpu, long bytes) {
    cpu.charge(Cost.MEMCG_CHARGE);
    long stock = stockBytes[stockOf(cpu)];
    if (stock < bytes) {
      return false;
    }
    stockBytes[stockOf(cpu)] = stock - bytes;
    return true;
  }

  /** With whole pages, of which the rest goes to the stock. */
  private boolean chargeShort(Cpu cpu, long bytes, boolean always) {
    long stock = stockBytes[stockOf(cpu)];
    long wanted = bytes - stock + PAGE_BYTES - 1 >> PAGE_SHIFT;
    if (always) {
      pages.getAndAdd(cpu, wanted);
    } else if (!chargePages(cpu, wanted)) {
      return false;
    }
    stockBytes[stockOf(cpu)] = stock + (wanted << PAGE_SHIFT) - bytes;
    return true;
  }

  private boolean chargePages(Cpu cpu, long wanted) {
    if (pages.getAndAdd(cpu, wanted) + wanted <= limitPages) {
      return true;
    }
    pages.getAndAdd(cpu, -wanted);
    return false;
  }

  /** Gives a charge back; whole pages of a stock above one page go back to the counter. */
  public void uncharge(Cpu cpu, long bytes) {
    cpu.charge(Cost.MEMCG_CHARGE);
    long stock = stockBytes[stockOf(cpu)] + bytes;
    if (stock > PAGE_BYTES + bytes) {
      long surplus = stock - PAGE_BYTES >> PAGE_SHIFT;
      pages.getAndAdd(cpu, -surplus);
      stock -= surplus << PAGE_SHIFT;
    }
    stockBytes[stockOf(cpu)] = stock;
  }

  /** Bytes charged and not in a stock; exact while no CPU charges. */
  public long usedBytes() {
    long stocked = 0;
    for (long stock : stockBytes) {
      stocked += stock;
    }
    return (pages.peek() << PAGE_SHIFT) - stocked;
  }
}
