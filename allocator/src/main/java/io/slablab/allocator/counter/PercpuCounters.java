package io.slablab.allocator.counter;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuHotplug;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.HotplugPart;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;

/**
 * The operations on counters, which are given by the address of their struct.
 *
 * <p>Threads: each call by the holder of the CPU passed; any CPU may add to, read or sum any
 * counter. Locks: {@code percpu_counters_lock} for the list, the counter's own raw spin lock for
 * folding; both with interrupts off, neither held on return.
 *
 * <p>Who watches counters extends this class. Where nobody does, the JIT sees one class and binds
 * {@link #activated} and {@link #deactivated}, which are empty, to nothing.
 */
public class PercpuCounters {
  /** Size of a struct. */
  public static final int BYTES = 40;

  private static final int LOCK = 0;
  static final int COUNT = 8;
  private static final int NEXT = 16;
  private static final int PREV = 24;
  static final int COUNTERS = 32;
  private static final int PIECE_BYTES = 4;
  private static final int ENOMEM = -12;
  private static final int LEAST_BATCH = 32;
  private static final LockClass LIST_LOCK =
      LockClass.leaf("percpu_counters_lock", LockClass.Kind.SPIN_IRQSAVE, 1);
  private static final LockClass FBC_LOCK =
      LockClass.leaf("fbc->lock", LockClass.Kind.RAW_SPIN_IRQSAVE, 0);

  private final Memory objects;
  private final Percpu percpu;
  private final PercpuAreas areas;
  private final Memory pieces;
  private final SpinLock listLock;
  private final EmbeddedSpinLock fbcLock;
  private final Line listLine;
  private final Line fbcLine;
  private final CpuHotplug hotplug;
  private final LimitedAdd limited = new LimitedAdd(this);
  private final int cpus;

  /**
   * Pieces grow up to this before they are folded: max(32, 2 x online CPUs). Plain: a CPU that sees
   * the last value adds by it, and the bound on errors is that much off.
   */
  private int batch;

  // Under percpu_counters_lock.
  private long first;
  private long listed;

  /**
   * @param objects memory that the structs lie in
   * @param areas where the pieces come from: {@code percpu} or a cache in front of it
   */
  public PercpuCounters(Machine machine, Memory objects, Percpu percpu, PercpuAreas areas) {
    this.objects = objects;
    this.percpu = percpu;
    this.areas = areas;
    this.pieces = percpu.memory();
    this.listLock = machine.spinLock(LIST_LOCK);
    this.fbcLock = machine.embeddedSpinLock(FBC_LOCK);
    this.listLine = machine.line("percpu_counters list");
    this.fbcLine = machine.line("percpu_counter");
    this.cpus = machine.possibleCpus();
    this.hotplug = machine.hotplug();
    this.batch = batch(hotplug.onlineCpus());
    hotplug.register(new Hotplug());
  }

  /** Pieces grow up to this before they are folded: more CPUs, larger batches. */
  static int batch(int onlineCpus) {
    return Math.max(LEAST_BATCH, 2 * onlineCpus);
  }

  public final int batch() {
    return batch;
  }

  // ---- life ----

  /**
   * Initialises n consecutive counters with one percpu allocation.
   *
   * @return 0, or -ENOMEM with the first counter marked as not initialised
   */
  public final int initMany(Cpu cpu, long fbc, long amount, int gfp, int n) {
    long base = areas.alloc(cpu, n * PIECE_BYTES, PIECE_BYTES, gfp);
    if (base == 0) {
      objects.putLong(fbc + COUNTERS, 0);
      return ENOMEM;
    }
    initAt(cpu, fbc, amount, base, n);
    return 0;
  }

  /** Initialises n consecutive counters on zeroed pieces that are the caller's. */
  public final void initAt(Cpu cpu, long fbc, long amount, long base, int n) {
    setUp(cpu, fbc, amount, base, n);
    cpu.charge(Cost.COUNTER_LIST, n);
    listLock.lockIrqsave(cpu);
    cpu.write(listLine);
    linkAll(fbc, n);
    listLock.unlockIrqrestore(cpu);
  }

  /** All fields but the list's; pieces that are the caller's. */
  public final void setUp(Cpu cpu, long fbc, long amount, long base, int n) {
    cpu.charge(Cost.COUNTER_INIT, n);
    for (int i = 0; i < n; i++) {
      long at = fbc + (long) i * BYTES;
      fbcLock.init(cpu, objects, at + LOCK);
      objects.putLong(at + COUNT, amount);
      objects.putLong(at + COUNTERS, base + (long) i * PIECE_BYTES);
    }
    activated(cpu, fbc, n);
  }

  /** n consecutive counters begin to be used. For who watches; no lock held. */
  protected void activated(Cpu cpu, long fbc, int n) {}

  /** n consecutive counters end. For who watches; no lock held. */
  protected void deactivated(Cpu cpu, long fbc, int n) {}

  /**
   * Registers counters that are set up, those of many objects in one lock section.
   *
   * @param owners objects that have {@code n} counters at {@code offset}
   */
  public final void register(Cpu cpu, long[] owners, int count, int offset, int n) {
    cpu.charge(Cost.COUNTER_LIST, n * count);
    listLock.lockIrqsave(cpu);
    cpu.write(listLine);
    for (int i = 0; i < count; i++) {
      linkAll(owners[i] + offset, n);
    }
    listLock.unlockIrqrestore(cpu);
  }

  /** Undoes {@link #register}; the pieces stay the caller's. */
  public final void unregister(Cpu cpu, long[] owners, int count, int offset, int n) {
    for (int i = 0; i < count; i++) {
      deactivated(cpu, owners[i] + offset, n);
    }
    cpu.charge(Cost.COUNTER_LIST, n * count);
    listLock.lockIrqsave(cpu);
    cpu.write(listLine);
    for (int i = 0; i < count; i++) {
      unlinkAll(owners[i] + offset, n);
    }
    listLock.unlockIrqrestore(cpu);
  }

  private void linkAll(long fbc, int n) {
    for (int i = 0; i < n; i++) {
      link(fbc + (long) i * BYTES);
    }
  }

  private void unlinkAll(long fbc, int n) {
    for (int i = 0; i < n; i++) {
      unlink(fbc + (long) i * BYTES);
    }
  }

  /** Ends n counters that were initialised together; nothing when they were not. No users left. */
  public final void destroyMany(Cpu cpu, long fbc, int n) {
    areas.free(cpu, release(cpu, fbc, n));
  }

  /**
   * Ends n counters whose pieces are the caller's.
   *
   * @return the pieces; 0 when the counters were not initialised
   */
  public final long release(Cpu cpu, long fbc, int n) {
    long base = objects.getLong(fbc + COUNTERS);
    if (base == 0) {
      return 0;
    }
    deactivated(cpu, fbc, n);
    cpu.charge(Cost.COUNTER_LIST, n);
    listLock.lockIrqsave(cpu);
    cpu.write(listLine);
    unlinkAll(fbc, n);
    listLock.unlockIrqrestore(cpu);
    for (int i = 0; i < n; i++) {
      objects.putLong(fbc + (long) i * BYTES + COUNTERS, 0);
    }
    return base;
  }

  /** The area of counters that were initialised together, by the first of them; 0 without. */
  public final long area(long fbc) {
    return objects.getLong(fbc + COUNTERS);
  }

  private void link(long fbc) {
    objects.putLong(fbc + PREV, 0);
    objects.putLong(fbc + NEXT, first);
    if (first != 0) {
      objects.putLong(first + PREV, fbc);
    }
    first = fbc;
    listed++;
  }

  private void unlink(long fbc) {
    long next = objects.getLong(fbc + NEXT);
    long prev = objects.getLong(fbc + PREV);
    if (prev == 0) {
      first = next;
    } else {
      objects.putLong(prev + NEXT, next);
    }
    if (next != 0) {
      objects.putLong(next + PREV, prev);
    }
    listed--;
  }

  // ---- charging: counters that outlive their user ----

  /**
   * Charges the pieces of n counters to the task's cgroup.
   *
   * @return false over the limit
   */
  public final boolean chargeMany(Cpu cpu, long fbc, int n) {
    return percpu.charge(cpu, objects.getLong(fbc + COUNTERS), n * PIECE_BYTES);
  }

  public final void unchargeMany(Cpu cpu, long fbc, int n) {
    percpu.uncharge(cpu, objects.getLong(fbc + COUNTERS), n * PIECE_BYTES);
  }

  // ---- use ----

  public final void add(Cpu cpu, long fbc, long amount) {
    addBatch(cpu, fbc, amount, batch);
  }

  /**
   * The piece belongs to this CPU, so that it is changed by a plain read and an opaque write;
   * opaque because {@link #sum} of another CPU reads it at any time and must not see it torn or
   * stuck.
   */
  public final void addBatch(Cpu cpu, long fbc, long amount, int limit) {
    cpu.charge(Cost.COUNTER_ADD);
    long piece = piece(fbc, cpu.id());
    long local = pieces.getInt(piece) + amount;
    if (Math.abs(local) < limit) {
      pieces.putIntOpaque(piece, (int) local);
    } else {
      fold(cpu, fbc, piece, amount);
    }
  }

  /** As {@link #add}, but to this CPU's piece as long as an int holds it: reads are far off. */
  public final void addLocal(Cpu cpu, long fbc, long amount) {
    addBatch(cpu, fbc, amount, Integer.MAX_VALUE);
  }

  private void fold(Cpu cpu, long fbc, long piece, long amount) {
    fbcLock.lockIrqsave(cpu, objects, fbc + LOCK);
    cpu.write(fbcLine);
    long local = pieces.getInt(piece);
    objects.putLongOpaque(fbc + COUNT, objects.getLong(fbc + COUNT) + local + amount);
    pieces.putIntOpaque(piece, 0);
    fbcLock.unlockIrqrestore(cpu, objects, fbc + LOCK);
  }

  /** Folds this CPU's piece. */
  public final void sync(Cpu cpu, long fbc) {
    fold(cpu, fbc, piece(fbc, cpu.id()), 0);
  }

  /** The folded part: off by less than batch times CPUs. */
  public final long read(Cpu cpu, long fbc) {
    cpu.read(fbcLine);
    return objects.getLongOpaque(fbc + COUNT);
  }

  /** As {@link #read}, but never negative. */
  public final long readPositive(Cpu cpu, long fbc) {
    return Math.max(0, read(cpu, fbc));
  }

  /** All pieces and the count: exact when nobody adds (INV-CT-1). */
  public final long sum(Cpu cpu, long fbc) {
    fbcLock.lockIrqsave(cpu, objects, fbc + LOCK);
    cpu.read(fbcLine);
    long sum = objects.getLong(fbc + COUNT) + sumOfPieces(cpu, fbc);
    fbcLock.unlockIrqrestore(cpu, objects, fbc + LOCK);
    return sum;
  }

  /**
   * Of all possible CPUs: of those online, of those dying, whose pieces may not be folded yet, and
   * of those offline, whose pieces are zero. Lock held.
   */
  long sumOfPieces(Cpu cpu, long fbc) {
    cpu.charge(Cost.COUNTER_SUM, cpus);
    long base = objects.getLong(fbc + COUNTERS);
    long sum = 0;
    for (int id = 0; id < cpus; id++) {
      sum += pieces.getIntOpaque(percpu.address(base, id));
    }
    return sum;
  }

  /** Sets the value; nobody may add meanwhile. */
  public final void set(Cpu cpu, long fbc, long amount) {
    fbcLock.lockIrqsave(cpu, objects, fbc + LOCK);
    cpu.write(fbcLine);
    long base = objects.getLong(fbc + COUNTERS);
    for (int id = 0; id < cpus; id++) {
      pieces.putIntOpaque(percpu.address(base, id), 0);
    }
    objects.putLongOpaque(fbc + COUNT, amount);
    fbcLock.unlockIrqrestore(cpu, objects, fbc + LOCK);
  }

  /**
   * Takes one CPU's pieces out of n counters that nobody else uses now; the pieces are zero
   * afterwards.
   *
   * @param sums receives the pieces, added to what is there
   */
  public final void drainPieces(long fbc, int id, int n, long[] sums, int from) {
    long piece = percpu.address(objects.getLong(fbc + COUNTERS), id);
    for (int i = 0; i < n; i++) {
      sums[from + i] += pieces.getInt(piece + (long) i * PIECE_BYTES);
      pieces.putIntOpaque(piece + (long) i * PIECE_BYTES, 0);
    }
  }

  /** Takes the folded part of a counter that nobody uses now; it is zero afterwards. */
  public final long drainCount(long fbc) {
    long count = objects.getLong(fbc + COUNT);
    objects.putLongOpaque(fbc + COUNT, 0);
    return count;
  }

  /**
   * Compares with a value, summing exactly only when the approximate value is too close.
   *
   * @return negative, zero or positive
   */
  public final int compare(Cpu cpu, long fbc, long value) {
    long count = read(cpu, fbc);
    if (Math.abs(count - value) > unknown()) {
      return Long.compare(count, value);
    }
    return Long.compare(sum(cpu, fbc), value);
  }

  /** How far the folded part may be off. */
  long unknown() {
    return (long) batch * hotplug.onlineCpus();
  }

  /**
   * Adds unless the sum would pass a limit: rise above it with a positive amount, fall below it
   * with a negative one. Sums exactly only when the folded part is too close to tell. While all
   * changes are limited adds, the limit is never passed.
   *
   * @return whether it was added
   */
  public boolean limitedAdd(Cpu cpu, long fbc, long limit, long amount) {
    return amount == 0 || limited.add(cpu, fbc, limit, amount);
  }

  int possibleCpus() {
    return cpus;
  }

  // ---- for LimitedAdd ----

  Memory pieces() {
    return pieces;
  }

  Memory objects() {
    return objects;
  }

  void lock(Cpu cpu, long fbc) {
    fbcLock.lockIrqsave(cpu, objects, fbc + LOCK);
    cpu.write(fbcLine);
  }

  void unlock(Cpu cpu, long fbc) {
    fbcLock.unlockIrqrestore(cpu, objects, fbc + LOCK);
  }

  long piece(long fbc, int cpu) {
    return percpu.address(objects.getLong(fbc + COUNTERS), cpu);
  }

  // ---- CPUs that come and go ----

  private final class Hotplug implements HotplugPart {

    /** The CPU that comes is not counted yet. */
    @Override
    public void online(Cpu caller, int cpu) {
      batch = batch(hotplug.onlineCpus() + 1);
    }

    /** As many steps as there are counters, those of idle objects too. */
    @Override
    public void dead(Cpu caller, int cpu) {
      batch = batch(hotplug.onlineCpus());
      listLock.lockIrqsave(caller);
      caller.read(listLine);
      for (long fbc = first; fbc != 0; fbc = objects.getLong(fbc + NEXT)) {
        fold(caller, fbc, piece(fbc, cpu), 0);
      }
      listLock.unlockIrqrestore(caller);
    }
  }

  /** Counters in the global list; at rest. */
  public final long listed() {
    return listed;
  }

  /** Checks INV-CT-3 and the list's links at rest; throws with what is broken. */
  public final void verify() {
    long length = 0;
    long before = 0;
    for (long fbc = first; fbc != 0; fbc = objects.getLong(fbc + NEXT)) {
      if (objects.getLong(fbc + PREV) != before) {
        throw new IllegalStateException("list of counters is broken at " + fbc);
      }
      before = fbc;
      length++;
    }
    if (length != listed) {
      throw new IllegalStateException("INV-CT-3: listed " + listed + ", in the list " + length);
    }
  }
}
