package io.slablab.allocator.mm;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;
import io.slablab.allocator.pool.CpuCounts;
import io.slablab.allocator.pool.ObjectType;

/**
 * The life cycle of a mm_struct: what both forms share.
 *
 * <p>Between {@code begin} and {@code end} an mm has one user and one reference. Its resident-set
 * counters may be changed from any CPU; {@code end} requires that nobody else uses it.
 */
public abstract class MmStruct extends ObjectType {
  public static final int RSS_COUNTERS = 4;
  public static final int FILE_PAGES = 0;
  public static final int ANON_PAGES = 1;
  public static final int SWAP_ENTRIES = 2;
  public static final int SHMEM_PAGES = 3;

  static final int CID_BYTES = 16;
  static final int CID_ALIGN = 8;
  static final int RSS_AREA_BYTES = RSS_COUNTERS * Integer.BYTES;
  private static final int CID_INDEX = 8;
  private static final int CID_RECENT = 12;
  private static final int CID_UNSET = -1;
  private static final int CPUS_ALLOWED_MASK = 1;

  final MmLayout layout;
  final Memory memory;
  final Memory areas;
  final Percpu percpu;
  final PercpuAreas source;
  final PercpuCounters counters;
  final PgdList pgds;
  final int possibleCpus;
  private final CpuCounts badRss;

  MmStruct(Cpu cpu, AllocatorStack stack, Form form) {
    super(form);
    this.possibleCpus = stack.machine().possibleCpus();
    this.layout = new MmLayout(form, possibleCpus);
    this.memory = stack.memory();
    this.percpu = stack.percpu();
    this.source = stack.areas();
    this.areas = percpu.memory();
    this.counters = stack.counters();
    this.pgds =
        new PgdList(
            cpu, stack.machine(), stack.pages(), form == Form.PARTITIONED ? possibleCpus : 1);
    this.badRss = new CpuCounts(possibleCpus, 1);
  }

  /**
   * The type in one form.
   *
   * @param faithful whether the defects of the published series are kept; they are all in form
   *     CONSTRUCTED
   */
  public static MmStruct of(Cpu cpu, AllocatorStack stack, Form form, boolean faithful) {
    return switch (form) {
      case RAW -> RawMm.create(cpu, stack);
      case CONSTRUCTED -> ConstructedMm.create(cpu, stack, faithful);
      case ONE_BLOCK -> OneBlockMm.create(cpu, stack);
      case LAZY -> LazyMm.create(cpu, stack);
      case PARTITIONED -> PartitionedMm.create(cpu, stack);
    };
  }

  // ---- use ----

  /** A fault maps {@code pages} of one kind. Any CPU. */
  public final void fault(Cpu cpu, long mm, int counter, int pages) {
    memory.putLong(mm + mapped(counter), memory.getLong(mm + mapped(counter)) + pages);
    addRss(cpu, mm, counter, pages);
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
   * A second thread of the process begins.
   *
   * @return 0, or {@link #ENOMEM} with the mm as it was
   */
  public int addThread(Cpu cpu, long mm, int gfp) {
    return 0;
  }

  /** Exact when nobody changes the counter. */
  public long rss(Cpu cpu, long mm, int counter) {
    return counters.sum(cpu, fbc(mm, counter));
  }

  /** Counters that were found not zero at the end of a life; each is a leak of the user. */
  public final long badRssStates() {
    return badRss.sum(0);
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
    return CID_BYTES + RSS_AREA_BYTES;
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
    long area = source.alloc(cpu, CID_BYTES, CID_ALIGN, gfp);
    memory.putLong(mm + layout.pcpuCid, area);
    return area != 0;
  }

  final void freeCid(Cpu cpu, long mm) {
    source.free(cpu, cidArea(mm));
    memory.putLong(mm + layout.pcpuCid, 0);
  }

  /** Walks all possible CPUs: no concurrency id anywhere; then the masks. */
  final void initCid(Cpu cpu, long mm) {
    unsetCids(cpu, cidArea(mm));
    initCidFields(mm);
  }

  /** No concurrency id on any possible CPU. */
  final void unsetCids(Cpu cpu, long area) {
    for (int id = 0; id < possibleCpus; id++) {
      unsetCid(area, id);
    }
    cpu.charge(Cost.MM_CID_INIT, possibleCpus);
  }

  final void unsetCid(long area, int id) {
    long mine = percpu.address(area, id);
    areas.putLong(mine, 0);
    areas.putInt(mine + CID_INDEX, CID_UNSET);
    areas.putInt(mine + CID_RECENT, CID_UNSET);
  }

  final void initCidFields(long mm) {
    memory.putInt(mm + MmLayout.NR_CPUS_ALLOWED, possibleCpus);
    memory.putInt(mm + MmLayout.MAX_NR_CID, 0);
    memory.putInt(mm + MmLayout.CPUS_ALLOWED_LOCK, 0);
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
   * The last user leaves: what it mapped is unmapped.
   *
   * @throws IllegalStateException when the mm has other users
   */
  final void exitMmap(Cpu cpu, long mm) {
    dropLast(mm, MmLayout.USERS, "mm_users");
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      long pages = memory.getLong(mm + mapped(counter));
      if (pages != 0) {
        addRss(cpu, mm, counter, -pages);
      }
    }
    dropLast(mm, MmLayout.COUNT, "mm_count");
  }

  private void dropLast(long mm, int field, String name) {
    if (!memory.compareAndSetInt(mm + field, 1, 0)) {
      throw new IllegalStateException(
          "mm_struct ends while in use: " + name + "=" + memory.getInt(mm + field));
    }
  }

  /**
   * Sums every counter exactly; one that is not zero is counted and cleared, so that a constructed
   * object never carries it into its next life.
   */
  final void checkMm(Cpu cpu, long mm) {
    cpu.charge(Cost.MM_CHECK);
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      if (counters.sum(cpu, fbc(mm, counter)) != 0) {
        countBadRss(cpu);
        counters.set(cpu, fbc(mm, counter), 0);
      }
    }
  }

  final void countBadRss(Cpu cpu) {
    badRss.add(cpu, 0, 1);
  }

  final long fbc(long mm, int counter) {
    return mm + layout.rssStat + (long) counter * PercpuCounters.BYTES;
  }

  private int mapped(int counter) {
    return layout.mapped + counter * Long.BYTES;
  }
}
