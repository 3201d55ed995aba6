package io.slablab.allocator.mm;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.slub.SlabIter;

/**
 * mm_struct whose per-CPU structures are one part of an area that the whole slab shares.
 *
 * <p>The CPU that begins a life owns it, and counts in the object itself; every other CPU counts in
 * its own piece and leaves a mark. So a process of one thread touches no per-CPU counter at all,
 * and needs no promotion, which could fail, when it gets a second one. The end of a life undoes
 * what it did where it ran: it never walks all CPUs.
 *
 * <p>Invariants. Value of a counter = own count + folded count + pieces of the CPUs in mm_cpumask.
 * Between two lives: on every possible CPU the concurrency id is as new and the counters' pieces
 * are zero; the folded counts are zero; mm_cpumask is empty.
 */
final class PartitionedMm extends MmStruct {
  /** Sums of one life's counters, per CPU that ends lives, a cache line apart. */
  private static final int SUMS_STRIDE = 16;

  private final long[] sums;

  /**
   * Whether the structures of one object lie together, as their sizes allow; else first the
   * concurrency ids of all objects, which want an alignment, then what else each has. So nothing is
   * lost between objects.
   */
  private final boolean interleaved;

  /** What an object has beside its concurrency ids. */
  private final int restBytes;

  private PartitionedMm(Cpu cpu, AllocatorStack stack, MmKernel kernel) {
    super(cpu, stack, Form.PARTITIONED, kernel);
    this.sums = new long[(possibleCpus + 2) * SUMS_STRIDE];
    this.restBytes = RSS_AREA_BYTES + this.kernel.sharedFutexBytes;
    this.interleaved = percpuBytes() % this.kernel.cidAlign == 0;
  }

  /** A call by this name loads no other form. */
  static MmStruct create(Cpu cpu, AllocatorStack stack, MmKernel kernel) {
    return new PartitionedMm(cpu, stack, kernel);
  }

  // ---- slabs ----

  @Override
  public int constructMany(Cpu cpu, SlabIter mms, int gfp) {
    int n = mms.count();
    int uncharged = gfp & ~(Gfp.ACCOUNT | Gfp.ZERO);
    long area = source.alloc(cpu, n * percpuBytes(), kernel.cidAlign, uncharged);
    if (area == 0) {
      return 0;
    }
    for (int i = 0; i < n; i++) {
      long mm = mms.object(i);
      long cids = area + cidOffset(mms.place(i));
      memory.putLong(mm + layout.pcpuCid, cids);
      kernel.initCids(cpu, cids);
      clearMask(mm);
      counters.setUp(cpu, fbc(mm, 0), 0, area + restOffset(mms.place(i), n), RSS_COUNTERS);
    }
    counters.register(cpu, mms.array(), n, layout.rssStat, RSS_COUNTERS);
    return n;
  }

  @Override
  public void destructMany(Cpu cpu, SlabIter mms) {
    long area = cidArea(mms.object(0)) - cidOffset(mms.place(0));
    counters.unregister(cpu, mms.array(), mms.count(), layout.rssStat, RSS_COUNTERS);
    source.free(cpu, area);
  }

  private long cidOffset(int place) {
    return (long) place * (interleaved ? percpuBytes() : kernel.cidBytes);
  }

  private long restOffset(int place, int objects) {
    return interleaved
        ? cidOffset(place) + kernel.cidBytes
        : (long) objects * kernel.cidBytes + (long) place * restBytes;
  }

  @Override
  public int percpuBytes() {
    return kernel.cidBytes + restBytes;
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
    memory.putInt(mm + layout.owner, cpu.id());
    return 0;
  }

  @Override
  public void end(Cpu cpu, long mm) {
    exitMmap(cpu, mm);
    freePgd(cpu, mm);
    cleanUp(cpu, mm);
    counters.unchargeMany(cpu, fbc(mm, 0), RSS_COUNTERS);
  }

  /**
   * The own count belongs to the holder of the owner's token: plain read, opaque write, opaque
   * because {@link #rss} of another CPU reads it at any time and must not see it torn.
   */
  @Override
  public void addRss(Cpu cpu, long mm, int counter, long pages) {
    if (memory.getInt(mm + layout.owner) == cpu.id()) {
      long at = own(mm, counter);
      memory.putLongOpaque(at, memory.getLong(at) + pages);
    } else {
      markRunsOn(cpu, mm);
      counters.add(cpu, fbc(mm, counter), pages);
    }
  }

  @Override
  public long rss(Cpu cpu, long mm, int counter) {
    return memory.getLongOpaque(own(mm, counter)) + counters.sum(cpu, fbc(mm, counter));
  }

  private long own(long mm, int counter) {
    return mm + layout.ownRss + (long) counter * Long.BYTES;
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

  /** The end's check of all counters and their reset, on the CPUs that ran this mm. */
  private void cleanUp(Cpu cpu, long mm) {
    checkPgtables(cpu, mm);
    kernel.resetCid(cidArea(mm), memory.getInt(mm + layout.owner));
    int mine = (cpu.id() + 1) * SUMS_STRIDE;
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      sums[mine + counter] = memory.getLong(own(mm, counter));
    }
    int visited = 0;
    for (int word = 0; word < layout.maskBytes / Integer.BYTES; word++) {
      int bits = memory.getIntOpaque(maskWord(mm, word));
      if (bits != 0) {
        memory.putIntOpaque(maskWord(mm, word), 0);
        visited += drain(mm, word, bits, mine);
      }
    }
    if (visited != 0) { // who folded left a mark
      for (int counter = 0; counter < RSS_COUNTERS; counter++) {
        sums[mine + counter] += counters.drainCount(fbc(mm, counter));
      }
    }
    cpu.charge(Cost.COUNTER_SUM, visited + 1);
    for (int counter = 0; counter < RSS_COUNTERS; counter++) {
      if (sums[mine + counter] != 0) {
        countBadRss(cpu);
      }
    }
  }

  /** Returns how many CPUs the bits name. */
  private int drain(long mm, int word, int marks, int mine) {
    for (int bits = marks; bits != 0; bits &= bits - 1) {
      int id = word * Integer.SIZE + Integer.numberOfTrailingZeros(bits);
      counters.drainPieces(fbc(mm, 0), id, RSS_COUNTERS, sums, mine);
      kernel.resetCid(cidArea(mm), id);
    }
    return Integer.bitCount(marks);
  }

  private void clearMask(long mm) {
    for (int word = 0; word < layout.maskBytes / Integer.BYTES; word++) {
      memory.putIntOpaque(maskWord(mm, word), 0);
    }
  }
}
