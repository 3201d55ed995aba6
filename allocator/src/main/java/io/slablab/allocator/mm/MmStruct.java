package io.slablab.allocator.mm;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;
import io.slablab.allocator.pool.CpuCounts;
import io.slablab.allocator.pool.ObjectType;

/**
 * The life cycle of a mm_struct: what both forms share.
 *
 * <p>{@code begin} makes one user and one reference, {@code end} requires that there are no others;
 * who shares an mm counts them by {@link MmReferences}. Its resident-set counters may be changed
 * from any CPU.
 */
public abstract class MmStruct extends ObjectType {
  public static final int RSS_COUNTERS = 4;
  public static final int FILE_PAGES = 0;
  public static final int ANON_PAGES = 1;
  public static final int SWAP_ENTRIES = 2;
  public static final int SHMEM_PAGES = 3;

  static final int RSS_AREA_BYTES = RSS_COUNTERS * Integer.BYTES;
  private static final int CPUS_ALLOWED_MASK = 1;

  /** A page of the lowest page table maps 512 pages. */
  private static final int TABLE_SHIFT = 9;

  private static final int BAD_RSS = 0;
  private static final int BAD_PGTABLES = 1;

  final MmLayout layout;
  final Memory memory;
  final Percpu percpu;
  final PercpuAreas source;
  final PercpuCounters counters;
  final PgdList pgds;
  final int possibleCpus;

  /** The per-CPU structures that differ from kernel to kernel. */
  final MmAreas kernel;

  private final CpuCounts found;

  MmStruct(Cpu cpu, AllocatorStack stack, Form form, MmKernel kernel) {
    super(form);
    this.possibleCpus = stack.machine().possibleCpus();
    this.layout = new MmLayout(form, possibleCpus);
    this.kernel = MmAreas.of(stack, layout, kernel, form);
    this.memory = stack.memory();
    this.percpu = stack.percpu();
    this.source = stack.areas();
    this.counters = stack.counters();
    this.pgds =
        new PgdList(
            cpu, stack.machine(), stack.pages(), form == Form.PARTITIONED ? possibleCpus : 1);
    this.found = new CpuCounts(possibleCpus, 2);
  }

  /**
   * The type in one form, of {@link MmKernel#V6_15}.
   *
   * @param faithful whether the defects of the published series are kept; they are all in form
   *     CONSTRUCTED
   */
  public static MmStruct of(Cpu cpu, AllocatorStack stack, Form form, boolean faithful) {
    return of(cpu, stack, form, faithful, MmKernel.V6_15);
  }

  /** As {@link #of(Cpu, AllocatorStack, Form, boolean)}, of any kernel. */
  public static MmStruct of(
      Cpu cpu, AllocatorStack stack, Form form, boolean faithful, MmKernel kernel) {
    return switch (form) {
      case RAW -> RawMm.create(cpu, stack, kernel);
      case CONSTRUCTED -> ConstructedMm.create(cpu, stack, faithful, kernel);
      case ONE_BLOCK -> OneBlockMm.create(cpu, stack, kernel);
      case LAZY -> LazyMm.create(cpu, stack, kernel);
      case PARTITIONED -> PartitionedMm.create(cpu, stack, kernel);
    };
  }

  // ---- use ----

  /** A fault maps {@code pages} of one kind, with the page tables they need. One CPU at a time. */
  public final void fault(Cpu cpu, long mm, int counter, int pages) {
    long before = memory.getLong(mm + mapped(counter));
    memory.putLong(mm + mapped(counter), before + pages);
    long newTables = tables(before + pages) - tables(before);
    if (newTables != 0) {
      addPgtables(mm, newTables);
    }
    addRss(cpu, mm, counter, pages);
  }

  private static long tables(long pages) {
    return pages + (1 << TABLE_SHIFT) - 1 >> TABLE_SHIFT;
  }

  /** Page tables came, or went where negative. One CPU at a time. */
  public final void addPgtables(long mm, long tables) {
    long at = mm + MmLayout.PGTABLES_BYTES;
    memory.putLong(at, memory.getLong(at) + (tables << PageAllocator.PAGE_SHIFT));
  }

  /** Bytes of page tables below the pgd. */
  public final long pgtablesBytes(long mm) {
    return memory.getLong(mm + MmLayout.PGTABLES_BYTES);
  }

  /**
   * A fork: a new mm takes over what its parent has and no user of an mm owns alone, and maps as
   * much. Its identity stays its own: users, page table, locks, lists, per-CPU areas.
   *
   * @param child new and unused
   * @param parent that nobody uses meanwhile
   */
  public final void dup(Cpu cpu, long child, long parent) {
    memory.copy(parent + MmLayout.INHERITED, child + MmLayout.INHERITED, MmLayout.INHERITED_BYTES);
    memory.putLong(child + layout.flags, memory.getLong(parent + layout.flags));
    cpu.charge(Cost.MM_ZERO); // as many bytes
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      long pages = memory.getLong(parent + mapped(counter));
      if (pages != 0) {
        fault(cpu, child, counter, (int) pages);
      }
    }
  }

  /** Changes one resident-set counter and nothing else. */
  public void addRss(Cpu cpu, long mm, int counter, long pages) {
    counters.add(cpu, fbc(mm, counter), pages);
  }

  /**
   * A thread of the process begins beside those there are; before it is an {@code mm_users}.
   *
   * @return 0, or {@link #ENOMEM}: no thread, and the mm as usable as before
   */
  public final int addThread(Cpu cpu, long mm, int gfp) {
    int error = kernel.addThread(cpu, mm, gfp);
    return error != 0 ? error : promote(cpu, mm, gfp);
  }

  /** Makes the counters fit for many threads. */
  int promote(Cpu cpu, long mm, int gfp) {
    return 0;
  }

  /** Exact when nobody changes the counter. */
  public long rss(Cpu cpu, long mm, int counter) {
    return counters.sum(cpu, fbc(mm, counter));
  }

  /** Counters that were found not zero at the end of a life; each is a leak of the user. */
  public final long badRssStates() {
    return found.sum(BAD_RSS);
  }

  /** Lives that ended with page tables left. */
  public final long nonzeroPgtables() {
    return found.sum(BAD_PGTABLES);
  }

  /** Page tables in the global list, the kernel's own included. */
  public final int pgdListLength(Cpu cpu) {
    return pgds.length(cpu);
  }

  /** The percpu pointer of the concurrency-id area. */
  final long cidArea(long mm) {
    return memory.getLong(mm + layout.pcpuCid);
  }

  // ---- type ----

  @Override
  public final CacheSpec cache() {
    return new CacheSpec(
        "mm_struct", layout.bytes, 0, true, MmLayout.SAVED_AUXV_BYTES, true, layout.persistent());
  }

  @Override
  public int percpuBytes() {
    return kernel.cidBytes + RSS_AREA_BYTES;
  }

  @Override
  public void close(Cpu cpu) {
    pgds.close(cpu);
  }

  // ---- steps of a life ----

  /** Zeroes what no constructor made and sets the plain fields. */
  final void initFields(Cpu cpu, long mm) {
    memory.fill(mm, layout.ctorFields, (byte) 0);
    cpu.charge(Cost.MM_ZERO);
    memory.putInt(mm + MmLayout.USERS, 1);
    memory.putInt(mm + MmLayout.COUNT, 1);
    memory.putLong(mm + MmLayout.MMLIST, mm + MmLayout.MMLIST);
    memory.putLong(mm + MmLayout.MMLIST + Long.BYTES, mm + MmLayout.MMLIST);
    memory.putLong(mm + layout.flags, 1);
    cpu.charge(Cost.MM_INIT);
  }

  /** Allocates the page table; false when there is no page. */
  final boolean initPgd(Cpu cpu, long mm, int gfp) {
    long pgd = pgds.alloc(cpu, gfp | Gfp.ACCOUNT);
    memory.putLong(mm + MmLayout.PGD, pgd);
    return pgd != 0;
  }

  final void freePgd(Cpu cpu, long mm) {
    pgds.free(cpu, memory.getLong(mm + MmLayout.PGD));
  }

  /** Allocates the concurrency-id area; false when there is no memory. */
  final boolean allocCid(Cpu cpu, long mm, int gfp) {
    long area = source.alloc(cpu, kernel.cidBytes, kernel.cidAlign, gfp);
    memory.putLong(mm + layout.pcpuCid, area);
    return area != 0;
  }

  final void freeCid(Cpu cpu, long mm) {
    source.free(cpu, cidArea(mm));
    memory.putLong(mm + layout.pcpuCid, 0);
  }

  /** No concurrency id anywhere in a new area; then the masks. */
  final void initCid(Cpu cpu, long mm) {
    kernel.initCids(cpu, cidArea(mm));
    initCidFields(mm);
  }

  /** As {@link #initCid}, in an area that had a life. */
  final void resetCid(Cpu cpu, long mm) {
    kernel.resetCids(cpu, cidArea(mm));
    initCidFields(mm);
  }

  final void initCidFields(long mm) {
    memory.putInt(mm + MmLayout.NR_CPUS_ALLOWED, possibleCpus);
    memory.putInt(mm + MmLayout.MAX_NR_CID, 0);
    memory.putInt(mm + MmLayout.CPUS_ALLOWED_LOCK, 0);
    kernel.initFields(mm);
    initMasks(mm);
  }

  private void initMasks(long mm) {
    for (int word = 0; word < layout.maskBytes; word += Long.BYTES) {
      int cpus = Math.min(Long.SIZE, possibleCpus - word * Byte.SIZE);
      memory.putLong(mm + layout.mask(0) + word, 0);
      memory.putLong(mm + layout.mask(CPUS_ALLOWED_MASK) + word, -1L >>> (Long.SIZE - cpus));
      memory.putLong(mm + layout.mask(2) + word, 0);
    }
  }

  final boolean initRss(Cpu cpu, long mm, int gfp) {
    return counters.initMany(cpu, fbc(mm, 0), 0, gfp, RSS_COUNTERS) == 0;
  }

  /**
   * The last user leaves, unless it has left already, and the last reference goes.
   *
   * @throws IllegalStateException when the mm has other users or references
   */
  final void exitMmap(Cpu cpu, long mm) {
    if (memory.compareAndSetInt(mm + MmLayout.USERS, 1, 0)) {
      unmap(cpu, mm);
    } else if (users(mm) != 0) {
      throw inUse("mm_users", users(mm));
    }
    if (!memory.compareAndSetInt(mm + MmLayout.COUNT, 1, 0)) {
      throw inUse("mm_count", references(mm));
    }
  }

  /** What is mapped is unmapped, and page tables go with it. No users are left. */
  final void unmap(Cpu cpu, long mm) {
    long gone = 0;
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      long pages = memory.getLong(mm + mapped(counter));
      if (pages != 0) {
        gone += tables(pages);
        addRss(cpu, mm, counter, -pages);
      }
    }
    if (gone != 0) {
      addPgtables(mm, -gone);
    }
    kernel.exit(cpu, mm);
  }

  /** {@code mm_users}: threads and those who use the address space for a while. */
  public final int users(long mm) {
    return memory.getIntOpaque(mm + MmLayout.USERS);
  }

  /** {@code mm_count}: all users are one, and everybody who needs the struct alone is one more. */
  public final int references(long mm) {
    return memory.getIntOpaque(mm + MmLayout.COUNT);
  }

  private static IllegalStateException inUse(String name, int count) {
    return new IllegalStateException("mm_struct ends while in use: " + name + "=" + count);
  }

  /**
   * Sums every counter exactly; one that is not zero is counted and cleared, so that a constructed
   * object never carries it into its next life. Page tables that are left are counted too.
   */
  final void checkMm(Cpu cpu, long mm) {
    checkPgtables(cpu, mm);
    cpu.charge(Cost.MM_CHECK);
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      if (counters.sum(cpu, fbc(mm, counter)) != 0) {
        countBadRss(cpu);
        counters.set(cpu, fbc(mm, counter), 0);
      }
    }
  }

  final void checkPgtables(Cpu cpu, long mm) {
    if (pgtablesBytes(mm) != 0) {
      found.add(cpu, BAD_PGTABLES, 1);
    }
  }

  final void countBadRss(Cpu cpu) {
    found.add(cpu, BAD_RSS, 1);
  }

  final long fbc(long mm, int counter) {
    return mm + layout.rssStat + (long) counter * PercpuCounters.BYTES;
  }

  private int mapped(int counter) {
    return layout.mapped + counter * Long.BYTES;
  }
}
