package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.memcg.TaskCgroups;
import io.slablab.allocator.page.PageAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Areas that exist once per possible CPU.
 *
 * <p>Threads: each call by the holder of the CPU passed. {@link #alloc} with a blocking gfp sleeps;
 * {@link #free} never does and never allocates (INV-PC-8).
 */
public final class Percpu extends PercpuAreas {
  /** Largest area in bytes. */
  public static final int MAX_BYTES = 32 << 10;

  private static final int MAX_ALIGN = 4096;
  private static final int BITS = AreaMap.BYTES_PER_BIT;
  private static final LockClass ALLOC_MUTEX =
      new LockClass("pcpu_alloc_mutex", LockClass.Kind.MUTEX_KILLABLE);
  private static final LockClass LOCK = LockClass.leaf("pcpu_lock", LockClass.Kind.SPIN_IRQSAVE, 0);

  private final PercpuConfig config;
  private final SpinLock lock;
  private final Units units;
  private final ChunkTable table;
  private final ChunkBooks books;
  private final Population population;
  private final Charges charges;
  private final BalanceWork balance;
  private final AreaAllocation allocation;
  private final AreaRelease release;
  private final FailureReport failures;
  private final FaultPoint faults = new FaultPoint();

  public Percpu(Machine machine, PageAllocator pages, PercpuConfig config) {
    this(machine, pages, config, new TaskCgroups(machine));
  }

  /**
   * @param tasks whom areas are charged to
   */
  public Percpu(Machine machine, PageAllocator pages, PercpuConfig config, TaskCgroups tasks) {
    this.config = config;
    UnitGeometry geometry = UnitGeometry.of(machine, config);
    Mutex mutex = machine.mutex(ALLOC_MUTEX);
    this.lock = machine.spinLock(LOCK);
    this.units = new Units(machine, geometry, config.maxChunks());
    this.population = Population.of(config.backing(), machine, pages, units, faults);
    this.table = new ChunkTable(units, config, population, faults);
    this.books =
        new ChunkBooks(
            machine,
            new Slots(geometry.unitBytes()),
            config.emptyPagesLow(),
            config.emptyPagesHigh());
    this.failures = new FailureReport(machine);
    this.charges = new Charges(table, lock, machine.possibleCpus(), tasks);
    this.balance = new BalanceWork(mutex, lock, table, books, population);
    this.allocation = new AreaAllocation(mutex, lock, table, books, population, balance, failures);
    this.release = new AreaRelease(lock, table, books, charges, balance, failures);
    books.add(table.first);
  }

  // ---- addresses ----

  /** The bytes of all areas. */
  public Memory memory() {
    return units.memory;
  }

  /** Where an area lies for one CPU: an offset into {@link #memory}. */
  public long address(long pointer, int cpu) {
    return units.address(pointer, cpu);
  }

  /** Pages of a unit over all chunks there can be: what {@link #pageOf} is below. */
  int pageIndices() {
    return table.pageIndices();
  }

  /** The page of a unit that an area starts in, counted over all chunks. */
  int pageOf(long pointer) {
    return table.pageOf(pointer);
  }

  // ---- allocation ----

  @Override
  public long alloc(Cpu cpu, int bytes, int align, int gfp) {
    return alloc(cpu, bytes, align, gfp, false);
  }

  /**
   * As {@link #alloc}, for a static variable of a module: from the reserved chunk and nowhere else,
   * or as any other area when there is no reserved chunk.
   */
  public long allocReserved(Cpu cpu, int bytes, int align, int gfp) {
    return alloc(cpu, bytes, align, gfp, true);
  }

  private long alloc(Cpu cpu, int bytes, int align, int gfp, boolean reserved) {
    cpu.charge(Cost.PCPU_ENTRY);
    cpu.mightAlloc(gfp);
    if (!legal(bytes, align)) {
      return failures.illegal(cpu, bytes, align, gfp);
    }
    int bits = bitsOf(bytes);
    ObjCgroup payer = charges.payer(cpu, gfp);
    if (payer != null && !payer.charge(cpu, charges.fullBytes(bits))) {
      return failures.quiet(cpu);
    }
    long pointer = allocation.one(cpu, bits, Math.max(align, BITS) / BITS, reserved, gfp);
    if (pointer == 0) {
      if (payer != null) {
        payer.uncharge(cpu, charges.fullBytes(bits));
      }
      return 0;
    }
    units.zero(cpu, pointer, bits * BITS);
    if (payer != null) {
      charges.keep(cpu, pointer, bits, payer);
    }
    return pointer;
  }

  private static boolean legal(int bytes, int align) {
    return bytes > 0 && bytes <= MAX_BYTES && align <= MAX_ALIGN && Integer.bitCount(align) == 1;
  }

  private static int bitsOf(int bytes) {
    return (bytes + BITS - 1) / BITS;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The mutex is taken once and {@code pcpu_lock} once, and once more per chunk created and
   * range of pages populated.
   */
  @Override
  public int allocBulk(Cpu cpu, int bytes, int align, int gfp, int n, long[] out) {
    cpu.charge(Cost.PCPU_ENTRY);
    cpu.mightAlloc(gfp);
    if (!legal(bytes, align)) {
      return (int) failures.illegal(cpu, bytes, align, gfp);
    }
    int bits = bitsOf(bytes);
    ObjCgroup payer = charges.payer(cpu, gfp);
    int paid = payer == null ? n : charges.chargeUpTo(cpu, payer, bits, n);
    int got = allocation.many(cpu, bits, Math.max(align, BITS) / BITS, gfp, paid, out);
    if (paid < n && got == paid) {
      failures.quiet(cpu);
    }
    units.zeroBulk(cpu, out, got, bits * BITS);
    if (payer != null) {
      for (int i = 0; i < got; i++) {
        charges.keep(cpu, out[i], bits, payer);
      }
      if (got < paid) {
        payer.uncharge(cpu, (paid - got) * charges.fullBytes(bits));
      }
    }
    return got;
  }

  /** Writes zeros on every possible CPU. */
  void zero(Cpu cpu, long pointer, int bytes) {
    units.zero(cpu, pointer, bytes);
  }

  // ---- free ----

  /** Gives an area back; 0 is ignored, anything else that is no area is counted and ignored. */
  @Override
  public void free(Cpu cpu, long pointer) {
    if (pointer != 0) {
      release.one(cpu, pointer);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>{@code pcpu_lock} is taken once, and once more for each change of who is charged.
   */
  @Override
  public void freeBulk(Cpu cpu, long[] pointers, int n) {
    release.many(cpu, pointers, n);
  }

  /** Spare chunks go by themselves, as queued work. */
  @Override
  public void trim(Cpu cpu) {}

  @Override
  public long cachedBytes() {
    return 0;
  }

  // ---- charging ----

  /** Makes a CPU's task part of a memory cgroup, or of none. */
  public void setCgroup(Cpu cpu, @Nullable ObjCgroup group) {
    charges.setGroup(cpu, group);
  }

  /**
   * Charges an existing area to the task's cgroup. Strictly alternates with {@link #uncharge}.
   *
   * @return false over the limit; true without a cgroup
   */
  public boolean charge(Cpu cpu, long pointer, int bytes) {
    return charges.charge(cpu, pointer, bitsOf(bytes));
  }

  /** Undoes {@link #charge}, whoever's task runs now. */
  public void uncharge(Cpu cpu, long pointer, int bytes) {
    charges.uncharge(cpu, pointer, bitsOf(bytes));
  }

  // ---- this CPU ----

  /** This CPU's 64-bit variable, a multiple of 8; other CPUs may read it meanwhile. */
  public long thisCpuRead(Cpu cpu, long pointer) {
    return units.memory.getLongOpaque(units.address(pointer, cpu.id()));
  }

  /**
   * Adds to this CPU's 64-bit variable, modulo 2^64. The holder of the CPU is its only writer, so
   * that a plain read and an opaque write (never torn for readers elsewhere) do.
   */
  public void thisCpuAdd(Cpu cpu, long pointer, long delta) {
    long at = units.address(pointer, cpu.id());
    units.memory.putLongOpaque(at, units.memory.getLong(at) + delta);
  }

  // ---- tests and boot ----

  /** From now on, steps that the faults pick fail; for tests of what happens then. */
  public void setFaults(PercpuFaults wanted) {
    faults.set(wanted);
  }

  /** Whether balancing is queued when it is due; not before workqueues are up. */
  public void setAsyncEnabled(boolean enabled) {
    balance.setAsyncEnabled(enabled);
  }

  /** As if balancing were due. */
  void queueBalance(Cpu cpu) {
    balance.schedule(cpu);
  }

  // ---- statistics ----

  /** Exact only while no CPU runs. */
  public PercpuStats stats() {
    StatCounters stats = books.stats;
    return new PercpuStats(
        units.geometry.unitBytes(),
        units.cpus(),
        stats.nrAlloc,
        stats.nrDealloc,
        stats.nrMaxAlloc,
        stats.nrChunks,
        stats.nrMaxChunks,
        stats.minAllocSize,
        stats.maxAllocSize,
        books.emptyPages(),
        stats.populatedPages,
        stats.liveBytes,
        stats.peakBytes(),
        failures.failures(),
        stats.invalidFrees,
        stats.sizes.buckets());
  }

  /** What areas take now; exact only while no CPU runs. */
  public PercpuUse use() {
    return use(books.stats.liveBytes, books.stats.populatedPages);
  }

  /** Begins a window; see {@link #peakUse}. */
  public void restartPeaks(Cpu cpu) {
    lock.lockIrqsave(cpu);
    books.stats.restartPeaks();
    lock.unlockIrqrestore(cpu);
  }

  /**
   * The high-water marks since {@link #restartPeaks}, or the beginning: each figure's own, so not
   * all of the same moment. Exact only while no CPU runs.
   */
  public PercpuUse peakUse() {
    return use(books.stats.windowPeakBytes, books.stats.windowPeakPages);
  }

  private PercpuUse use(long areaBytes, long populatedPages) {
    long first = (long) config.firstChunkBytes() * units.cpus();
    long backed = population.backingPages(populatedPages) * PageAllocator.PAGE_BYTES;
    return new PercpuUse(areaBytes * units.cpus(), first + backed);
  }

  /** The kernel's percpu_stats file; takes {@code pcpu_lock} twice. */
  public String statsText(Cpu cpu) {
    return new PercpuStatsText(config, units.geometry, table, books).read(cpu, lock);
  }

  /** What the kernel would have printed, bounded; at rest. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(failures.warnings());
    if (population.wastedPages() > 0) {
      warnings.addFirst("percpu: pages wasted per chunk: " + population.wastedPages());
    }
    return warnings;
  }

  /** Pages of the page allocator that back units. */
  public long backingPages() {
    return population.backingPages(books.stats.populatedPages);
  }

  /** TLB flushes of depopulation; at rest. */
  long tlbFlushes() {
    return population.tlbFlushes();
  }

  /** The books, for tests; at rest. */
  ChunkBooks books() {
    return books;
  }

  /** The chunk of an area, for tests; at rest. */
  Chunk chunkOf(long pointer) {
    return table.of(pointer);
  }

  /**
   * Checks INV-PC-1 to INV-PC-5 and INV-PC-7 while no CPU runs.
   *
   * @throws IllegalStateException naming the invariant that is broken
   */
  public void verify() {
    new PercpuVerifier(table, books, population).verify();
  }
}
