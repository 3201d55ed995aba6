package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;

/**
 * Top-level page tables and the list of all of them, in parts, each under a {@code pgd_lock} of its
 * own, a plain spin lock. The kernel has one part; with a part per CPU, two CPUs that start and end
 * lives meet only when a life ends on another CPU than it began on.
 *
 * <p>A new page's upper half is copied from the kernel's own table under the lock of the part that
 * it joins. So whoever changes the kernel's half, and then every table, may take the parts one
 * after the other: a table that is not yet in its part copies the change. Links live in an array
 * indexed by page frame, a cache line each, as in {@code struct page}; the heads lie behind them.
 *
 * <p>Invariants: sum of the parts' lengths = live tables; a table's PART is the part it is linked
 * in.
 */
final class PgdList {
  private static final int HALF_BYTES = 2048;

  private static final int LINK_BYTES = 64;
  private static final int PREV = 8;
  private static final int PART = 16;

  private final PageAllocator pages;
  private final Memory memory;
  private final Memory links;
  private final long firstHead;
  private final SpinLock[] locks;
  private final Line[] lines;
  private final long kernelPgd;

  /**
   * @param parts 1 as the kernel has it, or as many as possible CPUs
   */
  PgdList(Cpu cpu, Machine machine, PageAllocator pages, int parts) {
    this.pages = pages;
    this.memory = pages.memory();
    this.firstHead = (memory.bytes() >>> PageAllocator.PAGE_SHIFT) * LINK_BYTES;
    this.links = machine.memory("pgd links", firstHead + (long) parts * LINK_BYTES);
    this.locks = new SpinLock[parts];
    this.lines = new Line[parts];
    LockClass lockClass = new LockClass("pgd_lock", LockClass.Kind.SPIN);
    for (int part = 0; part < parts; part++) {
      locks[part] = machine.spinLock(lockClass);
      lines[part] = machine.line("pgd_list");
      links.putLong(head(part), head(part));
      links.putLong(head(part) + PREV, head(part));
    }
    this.kernelPgd = pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.ZERO, cpu.node());
    if (kernelPgd == 0) {
      throw new IllegalStateException("no page for the kernel's own page table");
    }
    memory.fill(kernelPgd + HALF_BYTES, HALF_BYTES, (byte) 0x67);
  }

  /** A page table with the kernel's half in it, listed; 0 when there is no page. */
  long alloc(Cpu cpu, int gfp) {
    long pgd = pages.alloc(cpu, 0, gfp | Gfp.ZERO, cpu.node());
    if (pgd == 0) {
      return 0;
    }
    int part = locks.length == 1 ? 0 : cpu.id();
    locks[part].lock(cpu);
    cpu.charge(Cost.PGD_COPY);
    memory.copy(kernelPgd + HALF_BYTES, pgd + HALF_BYTES, HALF_BYTES);
    cpu.write(lines[part]);
    cpu.charge(Cost.PGD_LIST);
    insert(link(pgd), part);
    locks[part].unlock(cpu);
    return pgd;
  }

  /**
   * From any CPU, which got the life after the CPU that began it. So the part may be read plainly
   * and without its lock: a live table stays where it is.
   */
  void free(Cpu cpu, long pgd) {
    int part = links.getInt(link(pgd) + PART);
    locks[part].lock(cpu);
    cpu.write(lines[part]);
    cpu.charge(Cost.PGD_LIST);
    remove(link(pgd));
    locks[part].unlock(cpu);
    pages.free(cpu, pgd, 0);
  }

  /** Whether both neighbours of a live table know it. */
  boolean linked(Cpu cpu, long pgd) {
    long at = link(pgd);
    SpinLock lock = locks[links.getInt(at + PART)];
    lock.lock(cpu);
    boolean linked =
        links.getLong(links.getLong(at) + PREV) == at
            && links.getLong(links.getLong(at + PREV)) == at;
    lock.unlock(cpu);
    return linked;
  }

  /** Number of tables, the kernel's own included; exact while none comes or goes. */
  int length(Cpu cpu) {
    int length = 1;
    for (int part = 0; part < locks.length; part++) {
      locks[part].lock(cpu);
      cpu.read(lines[part]);
      for (long at = links.getLong(head(part)); at != head(part); at = links.getLong(at)) {
        length++;
      }
      locks[part].unlock(cpu);
    }
    return length;
  }

  /** Gives the kernel's own table back. */
  void close(Cpu cpu) {
    pages.free(cpu, kernelPgd, 0);
  }

  private static long link(long pgd) {
    return (pgd >>> PageAllocator.PAGE_SHIFT) * LINK_BYTES;
  }

  private long head(int part) {
    return firstHead + (long) part * LINK_BYTES;
  }

  private void insert(long at, int part) {
    long head = head(part);
    long first = links.getLong(head);
    links.putInt(at + PART, part);
    links.putLong(at, first);
    links.putLong(at + PREV, head);
    links.putLong(first + PREV, at);
    links.putLong(head, at);
  }

  private void remove(long at) {
    long next = links.getLong(at);
    long previous = links.getLong(at + PREV);
    links.putLong(previous, next);
    links.putLong(next + PREV, previous);
  }
}
