package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.Mutex;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Work;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
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
  private static final int EMPTY_PAGES_LOW = 2;
  private static final int EMPTY_PAGES_HIGH = 4;
  private static final int BITS = AreaMap.BYTES_PER_BIT;
  private static final int EXTS_BYTES_PER_BIT = 8;

  /** From this size on a fill of the range is faster than stores. */
  private static final int FILL_BYTES = 128;

  private static final LockClass ALLOC_MUTEX =
      new LockClass("pcpu_alloc_mutex", LockClass.Kind.MUTEX_KILLABLE);
  private static final LockClass LOCK = new LockClass("pcpu_lock", LockClass.Kind.SPIN_IRQSAVE);

  private final Machine machine;
  private final PercpuConfig config;
  private final UnitGeometry geometry;
  private final Memory memory;
  private final Population population;
  private final Mutex allocMutex;
  private final SpinLock lock;
  private final Line chunkLine;
  private final Line blockLine;
  private final Line mapLine;
  private final Work balanceWork;

  // Under pcpu_lock.
  private final ChunkLists lists;
  private final @Nullable Chunk[] chunkOfId;
  private final StatCounters stats = new StatCounters();
  private int emptyPages;
  private boolean atomicAllocFailed;

  // Each entry by its CPU alone.
  private final @Nullable ObjCgroup[] cgroupOfCpu;
  private final long[] failuresOfCpu;

  public Percpu(Machine machine, PageAllocator pages, PercpuConfig config) {
    this.machine = machine;
    this.config = config;
    int sizeSum = config.staticBytes() + config.reservedBytes() + config.dynamicBytes();
    this.geometry = UnitGeometry.of(machine, sizeSum);
    this.memory = machine.memory("percpu", config.maxChunks() * geometry.chunkBytes());
    this.population = new Population(machine, pages, memory, geometry);
    this.allocMutex = machine.mutex(ALLOC_MUTEX);
    this.lock = machine.spinLock(LOCK);
    this.chunkLine = machine.line("pcpu_chunk");
    this.blockLine = machine.line("pcpu_block_md");
    this.mapLine = machine.line("pcpu alloc_map");
    this.balanceWork = new Work("pcpu_balance_work", this::balance);
    this.lists = new ChunkLists(new Slots(geometry.unitBytes()));
    this.chunkOfId = new Chunk[config.maxChunks()];
    this.cgroupOfCpu = new ObjCgroup[machine.possibleCpus()];
    this.failuresOfCpu = new long[machine.possibleCpus()];
    addFirstChunk();
  }

  /** The dynamic part of the region that holds the kernel's static variables. */
  private void addFirstChunk() {
    int dynamicPages = config.dynamicBytes() / PageAllocator.PAGE_BYTES;
    int fixed = config.staticBytes() + config.reservedBytes();
    Chunk first = new Chunk(0, fixed, dynamicPages, machine.possibleCpus(), true, config.hintBug());
    first.markPopulated(0, dynamicPages);
    emptyPages = first.emptyPopulatedPages;
    chunkOfId[0] = first;
    lists.add(first, lists.slots.of(first.map), false);
    stats.chunkAdded();
    bind(first);
  }

  private void bind(Chunk chunk) {
    for (int cpu = 0; cpu < machine.possibleCpus(); cpu++) {
      memory.bind(
          chunk.id * geometry.chunkBytes() + geometry.unitOffset()[cpu],
          geometry.unitBytes(),
          machine.nodeOf(cpu));
    }
  }

  // ---- addresses ----

  /** The bytes of all areas. */
  public Memory memory() {
    return memory;
  }

  /** Where an area lies for one CPU: an offset into {@link #memory}. */
  public long address(long pointer, int cpu) {
    return pointer + geometry.unitOffset()[cpu];
  }

  /** Pages of a unit over all chunks there can be: what {@link #pageOf} is below. */
  int pageIndices() {
    return config.maxChunks() * geometry.pages();
  }

  /** The page of a unit that an area starts in, counted over all chunks. */
  int pageOf(long pointer) {
    long chunk = pointer / geometry.chunkBytes();
    return (int)
        (chunk * geometry.pages() + pointer % geometry.chunkBytes() / PageAllocator.PAGE_BYTES);
  }

  /** Makes a CPU's task part of a memory cgroup, or of none. */
  public void setCgroup(Cpu cpu, @Nullable ObjCgroup group) {
    cgroupOfCpu[cpu.id()] = group;
  }

  // ---- allocation ----

  @Override
  public long alloc(Cpu cpu, int bytes, int align, int gfp) {
    cpu.charge(Cost.PCPU_ENTRY);
    if (!legal(bytes, align)) {
      return failed(cpu);
    }
    int bits = (bytes + BITS - 1) / BITS;
    int alignBits = Math.max(align, BITS) / BITS;
    ObjCgroup group = (gfp & Gfp.ACCOUNT) != 0 ? cgroupOfCpu[cpu.id()] : null;
    if (group != null && !group.charge(cpu, fullBytes(bits))) {
      return failed(cpu);
    }
    long pointer =
        Gfp.blocking(gfp)
            ? allocBlocking(cpu, bits, alignBits, gfp)
            : allocAtomic(cpu, bits, alignBits);
    if (pointer == 0) {
      if (group != null) {
        group.uncharge(cpu, fullBytes(bits));
      }
      return failed(cpu);
    }
    zero(cpu, pointer, bits * BITS);
    if (group != null) {
      keepCharge(cpu, pointer, bits, group);
    }
    return pointer;
  }

  private static boolean legal(int bytes, int align) {
    return bytes > 0 && bytes <= MAX_BYTES && align <= MAX_ALIGN && Integer.bitCount(align) == 1;
  }

  private long failed(Cpu cpu) {
    failuresOfCpu[cpu.id()]++;
    return 0;
  }

  private long allocBlocking(Cpu cpu, int bits, int align, int gfp) {
    if (!lockAllocMutex(cpu, gfp)) {
      return 0;
    }
    long pointer = allocUnderMutex(cpu, bits, align, gfp);
    allocMutex.unlock(cpu);
    return pointer;
  }

  /** Returns false when the task was told to die and need not go on. */
  private boolean lockAllocMutex(Cpu cpu, int gfp) {
    if ((gfp & Gfp.NOFAIL) == 0) {
      return allocMutex.lockKillable(cpu);
    }
    allocMutex.lock(cpu);
    return true;
  }

  private long allocUnderMutex(Cpu cpu, int bits, int align, int gfp) {
    lock.lockIrqsave(cpu);
    long pointer = findOrCreate(cpu, bits, align);
    boolean balance = emptyPages < EMPTY_PAGES_LOW;
    lock.unlockIrqrestore(cpu);
    if (pointer == 0 || !populateArea(cpu, pointer, bits, gfp)) {
      return 0;
    }
    if (balance) {
      cpu.queue(balanceWork);
    }
    return pointer;
  }

  /** Under the mutex and {@code pcpu_lock}, which is released while a chunk is created. */
  private long findOrCreate(Cpu cpu, int bits, int align) {
    long pointer = find(cpu, bits, align, false);
    while (pointer == 0) {
      if (lists.first(lists.slots.free) != null) {
        return 0; // even a whole free chunk did not do: defensive, sizes are checked before
      }
      lock.unlockIrqrestore(cpu);
      Chunk fresh = createChunk(cpu);
      lock.lockIrqsave(cpu);
      if (fresh == null) {
        return 0;
      }
      lists.add(fresh, lists.slots.of(fresh.map), true);
      pointer = find(cpu, bits, align, false);
    }
    return pointer;
  }

  private long allocAtomic(Cpu cpu, int bits, int align) {
    lock.lockIrqsave(cpu);
    long pointer = find(cpu, bits, align, true);
    boolean balance = pointer == 0 || emptyPages < EMPTY_PAGES_LOW;
    if (pointer == 0) {
      atomicAllocFailed = true;
    }
    lock.unlockIrqrestore(cpu);
    if (balance) {
      cpu.queue(balanceWork);
    }
    return pointer;
  }

  // ---- many at a time ----

  /**
   * As {@link #alloc} for {@code n} areas, with the mutex taken once and {@code pcpu_lock} once
   * (and once more per chunk created and range of pages populated).
   *
   * @param out its first entries are set to the pointers
   * @return how many were to be had; fewer than {@code n} where {@link #alloc} would have failed
   */
  public int allocBulk(Cpu cpu, int bytes, int align, int gfp, int n, long[] out) {
    cpu.charge(Cost.PCPU_ENTRY);
    if (!legal(bytes, align)) {
      failed(cpu);
      return 0;
    }
    int bits = (bytes + BITS - 1) / BITS;
    int alignBits = Math.max(align, BITS) / BITS;
    ObjCgroup group = (gfp & Gfp.ACCOUNT) != 0 ? cgroupOfCpu[cpu.id()] : null;
    int wanted = group == null ? n : chargeUpTo(cpu, group, fullBytes(bits), n);
    int got =
        Gfp.blocking(gfp)
            ? bulkBlocking(cpu, bits, alignBits, gfp, wanted, out)
            : bulkAtomic(cpu, bits, alignBits, wanted, out);
    if (got < n) {
      failed(cpu);
    }
    zeroBulk(cpu, out, got, bits * BITS);
    if (group != null) {
      for (int i = 0; i < got; i++) {
        keepCharge(cpu, out[i], bits, group);
      }
      if (got < wanted) {
        group.uncharge(cpu, (wanted - got) * fullBytes(bits));
      }
    }
    return got;
  }

  /** Returns for how many of {@code n} the limit left room; those are charged. */
  private static int chargeUpTo(Cpu cpu, ObjCgroup group, long each, int n) {
    if (group.charge(cpu, n * each)) {
      return n;
    }
    int charged = 0;
    while (charged < n && group.charge(cpu, each)) {
      charged++;
    }
    return charged;
  }

  private int bulkBlocking(Cpu cpu, int bits, int align, int gfp, int n, long[] out) {
    if (n == 0 || !lockAllocMutex(cpu, gfp)) {
      return 0;
    }
    int found = 0;
    lock.lockIrqsave(cpu);
    while (found < n && (out[found] = findOrCreate(cpu, bits, align)) != 0) {
      found++;
    }
    boolean balance = emptyPages < EMPTY_PAGES_LOW;
    lock.unlockIrqrestore(cpu);
    int got = 0;
    while (got < found && populateArea(cpu, out[got], bits, gfp)) {
      got++;
    }
    if (got < found) {
      releaseUnpopulated(cpu, out, got + 1, found); // the one that failed is free already
    }
    allocMutex.unlock(cpu);
    if (balance) {
      cpu.queue(balanceWork);
    }
    return got;
  }

  private void releaseUnpopulated(Cpu cpu, long[] pointers, int from, int to) {
    lock.lockIrqsave(cpu);
    for (int i = from; i < to; i++) {
      Chunk chunk = chunkOf(pointers[i]);
      release(chunk, (int) (pointers[i] - chunk.base) / BITS);
    }
    lock.unlockIrqrestore(cpu);
  }

  private int bulkAtomic(Cpu cpu, int bits, int align, int n, long[] out) {
    int found = 0;
    lock.lockIrqsave(cpu);
    while (found < n && (out[found] = find(cpu, bits, align, true)) != 0) {
      found++;
    }
    boolean balance = found < n || emptyPages < EMPTY_PAGES_LOW;
    atomicAllocFailed |= found < n;
    lock.unlockIrqrestore(cpu);
    if (balance) {
      cpu.queue(balanceWork);
    }
    return found;
  }

  /** CPU by CPU, so that areas side by side share lines. */
  private void zeroBulk(Cpu cpu, long[] pointers, int n, int bytes) {
    long[] offsets = geometry.unitOffset();
    cpu.charge(Cost.PCPU_ZERO, offsets.length * n);
    for (long offset : offsets) {
      for (int i = 0; i < n; i++) {
        zeroUnit(pointers[i] + offset, bytes);
      }
    }
  }

  /** Fullest chunk that fits first; under pcpu_lock. Returns 0 when none does. */
  private long find(Cpu cpu, int bits, int align, boolean populatedOnly) {
    cpu.read(chunkLine);
    for (int slot = lists.slots.of(bits * BITS); slot <= lists.slots.free; slot++) {
      for (Chunk chunk = lists.first(slot); chunk != null; ) {
        cpu.charge(Cost.PCPU_SLOT_WALK);
        final Chunk next = chunk.next;
        int start = chunk.map.findBlockFit(bits, align, populatedOnly ? chunk.populated : null);
        if (start < 0) {
          if (slot < Slots.FAIL_THRESHOLD) {
            lists.demote(chunk);
          }
        } else {
          int area = take(cpu, chunk, bits, align, start);
          if (area >= 0) {
            return chunk.base + (long) area * BITS;
          }
        }
        chunk = next;
      }
    }
    return 0;
  }

  private int take(Cpu cpu, Chunk chunk, int bits, int align, int start) {
    cpu.charge(Cost.PCPU_AREA_SEARCH);
    cpu.write(mapLine);
    int area = chunk.map.alloc(bits, align, start);
    if (area < 0) {
      return area;
    }
    cpu.charge(Cost.PCPU_HINT_UPDATE);
    cpu.write(chunkLine);
    cpu.write(blockLine);
    chunk.areas++;
    stats.allocated(bits * BITS);
    countEmptyPages(chunk, chunk.map.emptyPagesDelta());
    lists.relocate(chunk);
    return area;
  }

  private void countEmptyPages(Chunk chunk, int delta) {
    chunk.emptyPopulatedPages += delta;
    emptyPages += delta;
  }

  private @Nullable Chunk createChunk(Cpu cpu) {
    cpu.charge(Cost.PCPU_CREATE_CHUNK);
    for (int id = 1; id < chunkOfId.length; id++) {
      if (chunkOfId[id] == null) {
        Chunk chunk =
            new Chunk(
                id,
                id * geometry.chunkBytes(),
                geometry.pages(),
                machine.possibleCpus(),
                false,
                config.hintBug());
        chunkOfId[id] = chunk;
        stats.chunkAdded();
        bind(chunk);
        return chunk;
      }
    }
    return null;
  }

  /** Backs the pages of a fresh area; on failure the area is free again. */
  private boolean populateArea(Cpu cpu, long pointer, int bits, int gfp) {
    Chunk chunk = chunkOf(pointer);
    int area = (int) (pointer - chunk.base) / BITS;
    int end = (area + bits + AreaMap.BLOCK_BITS - 1) / AreaMap.BLOCK_BITS;
    int from = chunk.populated.nextClear(area / AreaMap.BLOCK_BITS, end);
    while (from < end) {
      int to = chunk.populated.nextSet(from, end);
      if (!population.populate(cpu, chunk, from, to, gfp)) {
        lock.lockIrqsave(cpu);
        release(chunk, area);
        lock.unlockIrqrestore(cpu);
        return false;
      }
      lock.lockIrqsave(cpu);
      populated(chunk, from, to);
      lock.unlockIrqrestore(cpu);
      from = chunk.populated.nextClear(to, end);
    }
    return true;
  }

  private void populated(Chunk chunk, int from, int to) {
    chunk.markPopulated(from, to);
    emptyPages += to - from;
    stats.populatedPages += to - from;
  }

  /** Writes zeros on every possible CPU. */
  void zero(Cpu cpu, long pointer, int bytes) {
    long[] offsets = geometry.unitOffset();
    cpu.charge(Cost.PCPU_ZERO, offsets.length);
    for (long offset : offsets) {
      zeroUnit(pointer + offset, bytes);
    }
  }

  private void zeroUnit(long address, int bytes) {
    if (bytes >= FILL_BYTES) {
      memory.fill(address, bytes, (byte) 0);
      return;
    }
    for (int at = 0; at < bytes; at += BITS) {
      memory.putInt(address + at, 0);
    }
  }

  // ---- free ----

  /** Gives an area back; 0 is ignored, anything else that is no area is counted and ignored. */
  @Override
  public void free(Cpu cpu, long pointer) {
    if (pointer == 0) {
      return;
    }
    cpu.charge(Cost.PCPU_FREE);
    Chunk chunk = findChunk(pointer);
    lock.lockIrqsave(cpu);
    int area = chunk == null ? -1 : (int) (pointer - chunk.base) / BITS;
    int bits = chunk == null ? 0 : release(chunk, area);
    ObjCgroup group = null;
    boolean balance = false;
    if (bits == 0 || chunk == null) {
      stats.invalidFrees++;
    } else {
      cpu.write(chunkLine);
      cpu.write(blockLine);
      cpu.write(mapLine);
      group = chunk.chargedTo(area);
      if (group != null) {
        chunk.setChargedTo(area, null);
      }
      balance = chunk.wholeFree() && !chunk.immutable && hasOtherFreeChunk(chunk);
    }
    lock.unlockIrqrestore(cpu);
    if (group != null) {
      group.uncharge(cpu, fullBytes(bits)); // outside, so that pcpu_lock nests nothing
    }
    if (balance) {
      cpu.queue(balanceWork);
    }
  }

  /**
   * As {@link #free} for the first {@code n} pointers, with {@code pcpu_lock} taken once; once more
   * for each change of who is charged.
   */
  public void freeBulk(Cpu cpu, long[] pointers, int n) {
    cpu.charge(Cost.PCPU_FREE, n);
    ObjCgroup group = null;
    long charged = 0;
    boolean balance = false;
    lock.lockIrqsave(cpu);
    for (int i = 0; i < n; i++) {
      if (pointers[i] == 0) {
        continue;
      }
      Chunk chunk = findChunk(pointers[i]);
      int area = chunk == null ? -1 : (int) (pointers[i] - chunk.base) / BITS;
      int bits = chunk == null ? 0 : release(chunk, area);
      if (bits == 0 || chunk == null) {
        stats.invalidFrees++;
        continue;
      }
      balance |= chunk.wholeFree() && !chunk.immutable && hasOtherFreeChunk(chunk);
      ObjCgroup mine = chunk.chargedTo(area);
      if (mine != null) {
        chunk.setChargedTo(area, null);
        if (group != null && mine != group) {
          lock.unlockIrqrestore(cpu);
          group.uncharge(cpu, charged);
          charged = 0;
          lock.lockIrqsave(cpu);
        }
        group = mine;
        charged += fullBytes(bits);
      }
    }
    cpu.write(chunkLine);
    cpu.write(blockLine);
    cpu.write(mapLine);
    lock.unlockIrqrestore(cpu);
    if (group != null) {
      group.uncharge(cpu, charged);
    }
    if (balance) {
      cpu.queue(balanceWork);
    }
  }

  /** Spare chunks go by themselves, as queued work. */
  @Override
  public void trim(Cpu cpu) {}

  @Override
  public long cachedBytes() {
    return 0;
  }

  private int release(Chunk chunk, int area) {
    int bits = chunk.map.free(area);
    if (bits > 0) {
      chunk.areas--;
      stats.freed(bits * BITS);
      countEmptyPages(chunk, chunk.map.emptyPagesDelta());
      lists.relocate(chunk);
    }
    return bits;
  }

  private boolean hasOtherFreeChunk(Chunk chunk) {
    Chunk first = lists.first(lists.slots.free);
    return first != null && (first != chunk || first.next != null);
  }

  /** The chunk of a pointer, or null; ids and chunks stay while an area is in use. */
  private @Nullable Chunk findChunk(long pointer) {
    int id = (int) (pointer / geometry.chunkBytes());
    return id >= 0 && id < chunkOfId.length ? chunkOfId[id] : null;
  }

  private Chunk chunkOf(long pointer) {
    Chunk chunk = findChunk(pointer);
    if (chunk == null) {
      throw new IllegalArgumentException("not a percpu pointer: " + pointer);
    }
    return chunk;
  }

  // ---- charging ----

  /** What an area counts for: its bytes on all possible CPUs and the bookkeeping of charges. */
  private long fullBytes(int bits) {
    return (long) bits * BITS * machine.possibleCpus() + (long) bits * EXTS_BYTES_PER_BIT;
  }

  private void keepCharge(Cpu cpu, long pointer, int bits, ObjCgroup group) {
    Chunk chunk = chunkOf(pointer);
    if (chunk.immutable) {
      group.uncharge(cpu, fullBytes(bits)); // the first chunk has no place to remember it
    } else {
      chunk.setChargedTo((int) (pointer - chunk.base) / BITS, group);
    }
  }

  /**
   * Charges an existing area to the task's cgroup. Strictly alternates with {@link #uncharge}.
   *
   * @return false over the limit; true without a cgroup
   */
  public boolean charge(Cpu cpu, long pointer, int bytes) {
    ObjCgroup group = cgroupOfCpu[cpu.id()];
    if (group == null) {
      return true;
    }
    int bits = (bytes + BITS - 1) / BITS;
    if (!group.charge(cpu, fullBytes(bits))) {
      return false;
    }
    keepCharge(cpu, pointer, bits, group);
    return true;
  }

  /** Undoes {@link #charge}, whoever's task runs now. */
  public void uncharge(Cpu cpu, long pointer, int bytes) {
    Chunk chunk = chunkOf(pointer);
    int area = (int) (pointer - chunk.base) / BITS;
    ObjCgroup group = chunk.chargedTo(area);
    if (group != null) {
      chunk.setChargedTo(area, null);
      group.uncharge(cpu, fullBytes((bytes + BITS - 1) / BITS));
    }
  }

  // ---- balancing ----

  /** Keeps one spare chunk and a few empty pages ready. Runs as queued work, no lock held. */
  private void balance(Cpu cpu) {
    cpu.charge(Cost.PCPU_BALANCE);
    allocMutex.lock(cpu);
    destroySpareChunks(cpu);
    populateSpares(cpu);
    allocMutex.unlock(cpu);
  }

  private void destroySpareChunks(Cpu cpu) {
    Chunk doomed = null;
    lock.lockIrqsave(cpu);
    Chunk keep = lists.first(lists.slots.free);
    for (Chunk chunk = keep == null ? null : keep.next; chunk != null; ) {
      Chunk next = chunk.next;
      if (!chunk.immutable) {
        lists.remove(chunk);
        emptyPages -= chunk.emptyPopulatedPages;
        stats.populatedPages -= chunk.populatedPages;
        stats.nrChunks--;
        chunkOfId[chunk.id] = null;
        chunk.next = doomed;
        doomed = chunk;
      }
      chunk = next;
    }
    lock.unlockIrqrestore(cpu);
    for (Chunk chunk = doomed; chunk != null; chunk = chunk.next) {
      population.depopulate(cpu, chunk, 0, chunk.pages);
    }
  }

  private void populateSpares(Cpu cpu) {
    int gfp = Gfp.GFP_KERNEL | Gfp.NORETRY | Gfp.NOWARN;
    lock.lockIrqsave(cpu);
    int wanted = atomicAllocFailed ? EMPTY_PAGES_HIGH : EMPTY_PAGES_HIGH - emptyPages;
    atomicAllocFailed = false;
    lock.unlockIrqrestore(cpu);
    while (wanted > 0) {
      Chunk chunk = roomiest(cpu);
      if (chunk == null) {
        return;
      }
      int from = chunk.populated.nextClear(0, chunk.pages);
      int to = Math.min(chunk.populated.nextSet(from, chunk.pages), from + wanted);
      if (!population.populate(cpu, chunk, from, to, gfp)) {
        return;
      }
      lock.lockIrqsave(cpu);
      populated(chunk, from, to);
      lock.unlockIrqrestore(cpu);
      wanted -= to - from;
    }
  }

  /** The fullest chunk with a page to populate; a new one when there is none. Mutex held. */
  private @Nullable Chunk roomiest(Cpu cpu) {
    lock.lockIrqsave(cpu);
    Chunk found = null;
    int slot = lists.slots.of(PageAllocator.PAGE_BYTES);
    for (; found == null && slot <= lists.slots.free; slot++) {
      for (Chunk chunk = lists.first(slot); chunk != null && found == null; chunk = chunk.next) {
        found = chunk.populatedPages < chunk.pages ? chunk : null;
      }
    }
    lock.unlockIrqrestore(cpu);
    if (found == null) {
      found = createChunk(cpu);
      if (found != null) {
        lock.lockIrqsave(cpu);
        lists.add(found, lists.slots.of(found.map), true);
        lock.unlockIrqrestore(cpu);
      }
    }
    return found;
  }

  // ---- at rest ----

  /** Exact only while no CPU runs. */
  public PercpuStats stats() {
    long failures = 0;
    for (long failure : failuresOfCpu) {
      failures += failure;
    }
    return new PercpuStats(
        geometry.unitBytes(),
        machine.possibleCpus(),
        stats.nrAlloc,
        stats.nrDealloc,
        stats.nrMaxAlloc,
        stats.nrChunks,
        stats.nrMaxChunks,
        stats.minAllocSize,
        stats.maxAllocSize,
        emptyPages,
        stats.populatedPages,
        stats.liveBytes,
        stats.peakBytes,
        failures,
        stats.invalidFrees);
  }

  /** Pages of the page allocator that back units. */
  public long backingPages() {
    return stats.populatedPages * machine.possibleCpus();
  }

  /** Checks INV-PC-1 to INV-PC-5 and INV-PC-7 while no CPU runs; throws with what is broken. */
  public void verify() {
    int empty = 0;
    long populated = 0;
    for (Chunk chunk : chunkOfId) {
      if (chunk == null) {
        continue;
      }
      chunk.map.verify();
      boolean placed = chunk.slot == lists.slots.of(chunk.map) || chunk.slot == 0;
      check(placed, "INV-PC-4: chunk " + chunk.id + " in slot " + chunk.slot);
      empty += chunk.emptyPopulatedPages;
      populated += chunk.immutable ? 0 : chunk.populatedPages;
    }
    check(empty == emptyPages, "INV-PC-5: empty pages " + emptyPages + ", of chunks " + empty);
    check(populated == stats.populatedPages, "INV-PC-7: populated pages");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }
}
