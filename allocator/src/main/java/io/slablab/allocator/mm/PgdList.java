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
 * Top-level page tables and the list of all of them under {@code pgd_lock}, a plain spin lock.
 *
 * <p>A new page's upper half is copied from the kernel's own table under the lock. Links live in an
 * array indexed by page frame, as in {@code struct page}. Invariant: list length = live tables + 1
 * (the kernel's own, which is the list's head).
 */
final class PgdList {
  private static final int HALF_BYTES = 2048;
  private static final int LINK_BYTES = 16;
  private static final int PREV = 8;

  private final PageAllocator pages;
  private final Memory memory;
  private final Memory links;
  private final SpinLock lock;
  private final Line listLine;
  private final long kernelPgd;

  PgdList(Cpu cpu, Machine machine, PageAllocator pages) {
    this.pages = pages;
    this.memory = pages.memory();
    this.links =
        machine.memory("pgd links", (memory.bytes() >>> PageAllocator.PAGE_SHIFT) * LINK_BYTES);
    this.lock = machine.spinLock(new LockClass("pgd_lock", LockClass.Kind.SPIN));
    this.listLine = machine.line("pgd_list");
    this.kernelPgd = pages.alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.ZERO, cpu.node());
    if (kernelPgd == 0) {
      throw new IllegalStateException("no page for the kernel's own page table");
    }
    memory.fill(kernelPgd + HALF_BYTES, HALF_BYTES, (byte) 0x67);
    long head = link(kernelPgd);
    links.putLong(head, head);
    links.putLong(head + PREV, head);
  }

  /** A page table with the kernel's half in it, listed; 0 when there is no page. */
  long alloc(Cpu cpu, int gfp) {
    long pgd = pages.alloc(cpu, 0, gfp | Gfp.ZERO, cpu.node());
    if (pgd == 0) {
      return 0;
    }
    lock.lock(cpu);
    cpu.charge(Cost.PGD_COPY);
    memory.copy(kernelPgd + HALF_BYTES, pgd + HALF_BYTES, HALF_BYTES);
    cpu.write(listLine);
    cpu.charge(Cost.PGD_LIST);
    insert(link(pgd));
    lock.unlock(cpu);
    return pgd;
  }

  void free(Cpu cpu, long pgd) {
    lock.lock(cpu);
    cpu.write(listLine);
    cpu.charge(Cost.PGD_LIST);
    remove(link(pgd));
    lock.unlock(cpu);
    pages.free(cpu, pgd, 0);
  }

  /** Number of tables, the kernel's own included. */
  int length(Cpu cpu) {
    lock.lock(cpu);
    cpu.read(listLine);
    int length = 1;
    long head = link(kernelPgd);
    for (long at = links.getLong(head); at != head; at = links.getLong(at)) {
      length++;
    }
    lock.unlock(cpu);
    return length;
  }

  /** Gives the kernel's own table back. */
  void close(Cpu cpu) {
    pages.free(cpu, kernelPgd, 0);
  }

  private static long link(long pgd) {
    return (pgd >>> PageAllocator.PAGE_SHIFT) * LINK_BYTES;
  }

  private void insert(long at) {
    long head = link(kernelPgd);
    long first = links.getLong(head);
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
