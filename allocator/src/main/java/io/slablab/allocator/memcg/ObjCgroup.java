package io.slablab.allocator.memcg;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
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
  private final long[] stockBytes;

  /**
   * @param limitPages most pages that may be charged
   */
  public ObjCgroup(Machine machine, long limitPages) {
    this.pages = machine.word(machine.line("memcg page_counter"), 0);
    this.limitPages = limitPages;
    this.stockBytes = new long[machine.possibleCpus()];
  }

  /**
   * @return false when the limit would be exceeded; nothing is charged then
   */
  public boolean charge(Cpu cpu, long bytes) {
    cpu.charge(Cost.MEMCG_CHARGE);
    long stock = stockBytes[cpu.id()];
    if (stock >= bytes) {
      stockBytes[cpu.id()] = stock - bytes;
      return true;
    }
    long wanted = bytes - stock + PAGE_BYTES - 1 >> PAGE_SHIFT;
    if (!chargePages(cpu, wanted)) {
      return false;
    }
    stockBytes[cpu.id()] = stock + (wanted << PAGE_SHIFT) - bytes;
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
    long stock = stockBytes[cpu.id()] + bytes;
    if (stock > PAGE_BYTES + bytes) {
      long surplus = stock - PAGE_BYTES >> PAGE_SHIFT;
      pages.getAndAdd(cpu, -surplus);
      stock -= surplus << PAGE_SHIFT;
    }
    stockBytes[cpu.id()] = stock;
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
