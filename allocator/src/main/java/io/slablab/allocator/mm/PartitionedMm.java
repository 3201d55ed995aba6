package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.slub.SlabIter;

/**
 * mm_struct whose per-CPU structures are one part of an area that the whole slab shares. A life
 * remembers the CPUs it ran on and undoes there what it did, so that it never walks all CPUs.
 *
 * <p>Invariant of an object between two lives: on every possible CPU its concurrency id is unset
 * and its counters' pieces are zero; mm_cpumask is empty.
 */
final class PartitionedMm extends MmStruct {
  private static final int BLOCK_BYTES = CID_BYTES + RSS_AREA_BYTES;

  /** Sums of one life's counters, per CPU that ends lives, a cache line apart. */
  private static final int SUMS_STRIDE = 16;

  private final long[] sums;

  private PartitionedMm(Cpu cpu, AllocatorStack stack) {
    super(cpu, stack, Form.PARTITIONED);
    this.sums = new long[(possibleCpus + 2) * SUMS_STRIDE];
  }

  /** A call by this name loads no other form. */
  static MmStruct create(Cpu cpu, AllocatorStack stack) {
    return new PartitionedMm(cpu, stack);
  }

  // ---- slabs ----

  @Override
  public int constructMany(Cpu cpu, SlabIter mms, int gfp) {
    int n = mms.count();
    int uncharged = gfp & ~(Gfp.ACCOUNT | Gfp.ZERO);
    long area = source.alloc(cpu, n * BLOCK_BYTES, CID_ALIGN, uncharged);
    if (area == 0) {
      return 0;
    }
    for (int i = 0; i < n; i++) {
      long mm = mms.object(i);
      long block = area + (long) mms.place(i) * BLOCK_BYTES;
      memory.putLong(mm + layout.pcpuCid, block);
      unsetCids(cpu, block);
      clearMask(mm);
      counters.setUp(cpu, fbc(mm, 0), 0, block + CID_BYTES, RSS_COUNTERS);
    }
    counters.register(cpu, mms.array(), n, layout.rssStat, RSS_COUNTERS);
    return n;
  }

  @Override
  public void destructMany(Cpu cpu, SlabIter mms) {
    long area = cidArea(mms.object(0)) - (long) mms.place(0) * BLOCK_BYTES;
    counters.unregister(cpu, mms.array(), mms.count(), layout.rssStat, RSS_COUNTERS);
    source.free(cpu, area);
  }

  @Override
  public int construct(Cpu cpu, long mm, int gfp) {
    throw new UnsupportedOperationException("a partitioned mm_struct is made with its slab");
  }

  @Override
  public void destruct(Cpu cpu, long mm) {
    throw new UnsupportedOperationException("a partitioned mm_struct ends with its slab");
  }

  // ---- lives ----

  @Override
  public int begin(Cpu cpu, long mm, int gfp) {
    initFields(cpu, mm);
    if (!initPgd(cpu, mm, gfp)) {
      return ENOMEM;
    }
    if (!counters.chargeMany(cpu, fbc(mm, 0), RSS_COUNTERS)) {
      freePgd(cpu, mm);
      return ENOMEM;
    }
    initCidFields(mm);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long mm) {
    exitMmap(cpu, mm);
    freePgd(cpu, mm);
    cleanUp(cpu, mm);
    counters.unchargeMany(cpu, fbc(mm, 0), RSS_COUNTERS);
  }

  @Override
  public void addRss(Cpu cpu, long mm, int counter, long pages) {
    markRunsOn(cpu, mm);
    counters.add(cpu, fbc(mm, counter), pages);
  }

  /**
   * Sets this CPU's bit of mm_cpumask. Opaque reads see the own bit at once; the compare-exchange
   * keeps bits that others set in the same word. Who ends the life got the object after all of them
   * were done with it.
   */
  private void markRunsOn(Cpu cpu, long mm) {
    long at = maskWord(mm, cpu.id() / Integer.SIZE);
    int bit = 1 << cpu.id(); // modulo 32
    int seen = memory.getIntOpaque(at);
    while ((seen & bit) == 0 && !memory.compareAndSetInt(at, seen, seen | bit)) {
      seen = memory.getIntOpaque(at);
    }
  }

  private long maskWord(long mm, int word) {
    return mm + layout.mask(0) + (long) word * Integer.BYTES;
  }

  /** The end's check of all counters and their reset, in one pass over the CPUs that ran it. */
  private void cleanUp(Cpu cpu, long mm) {
    int mine = (cpu.id() + 1) * SUMS_STRIDE;
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      sums[mine + counter] = counters.drainCount(fbc(mm, counter));
    }
    int visited = 0;
    for (int word = 0; word < layout.maskBytes / Integer.BYTES; word++) {
      int bits = memory.getIntOpaque(maskWord(mm, word));
      for (; bits != 0; bits &= bits - 1) {
        int id = word * Integer.SIZE + Integer.numberOfTrailingZeros(bits);
        counters.drainPieces(fbc(mm, 0), id, RSS_COUNTERS, sums, mine);
        unsetCid(cidArea(mm), id);
        visited++;
      }
    }
    cpu.charge(Cost.COUNTER_SUM, visited);
    clearMask(mm);
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      if (sums[mine + counter] != 0) {
        countBadRss(cpu);
      }
    }
  }

  private void clearMask(long mm) {
    for (int word = 0; word < layout.maskBytes / Integer.BYTES; word++) {
      memory.putIntOpaque(maskWord(mm, word), 0);
    }
  }
}
