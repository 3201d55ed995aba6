package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;
import io.slablab.allocator.pool.CpuCounts;
import io.slablab.allocator.pool.ObjectType;

/**
 * The life cycle of a tc_action of one kind: what all forms share.
 *
 * <p>With statistics an action owns three per-CPU areas: byte and packet counts of software and of
 * hardware (16 bytes each) and queue counts (20 bytes).
 */
public abstract class TcAction extends ObjectType {
  static final int AREA_BYTES = 2 * TcActionLayout.BSTATS_BYTES + TcActionLayout.QSTATS_BYTES;
  private static final int DAMAGED = 0;
  private static final int SMALL_CLASS_LIMIT = 192;
  private static final int SMALL_CLASS_STEP = 96;

  /** Marks the head of a live action, as the kernel's ops pointer does. */
  private static final long OPS_MARK = 0x7463_6163_7469_6f6eL;

  final TcActionOps ops;
  final Memory memory;
  final Memory areas;
  final Percpu percpu;
  final PercpuAreas source;
  final int possibleCpus;
  private final Machine machine;
  private final CpuCounts counts;

  TcAction(AllocatorStack stack, TcActionOps ops, Form form) {
    super(form);
    this.ops = ops;
    this.machine = stack.machine();
    this.possibleCpus = machine.possibleCpus();
    this.memory = stack.memory();
    this.percpu = stack.percpu();
    this.source = stack.areas();
    this.areas = percpu.memory();
    this.counts = new CpuCounts(possibleCpus, 1);
  }

  /**
   * The type of one kind of action.
   *
   * @param cpustats whether actions have per-CPU areas; without, every form is the raw one
   * @param faithful whether the defects of the published series are kept; they are all in form
   *     CONSTRUCTED
   */
  public static TcAction of(
      AllocatorStack stack, TcActionOps ops, Form form, boolean cpustats, boolean faithful) {
    if (!cpustats) {
      return SharedTcAction.create(stack, ops, Form.RAW);
    }
    return switch (form) {
      case RAW -> RawTcAction.create(stack, ops);
      case CONSTRUCTED ->
          faithful ? FaithfulTcAction.create(stack, ops) : ConstructedTcAction.create(stack, ops);
      case ONE_BLOCK -> OneBlockTcAction.create(stack, ops);
      case LAZY -> SharedTcAction.create(stack, ops, Form.LAZY);
      case PARTITIONED -> PartitionedTcAction.create(stack, ops);
    };
  }

  /** The general cache of this kind's size: they are powers of two, and 96 and 192. */
  final CacheSpec generalCache() {
    int power = Integer.highestOneBit(ops.bytes() - 1) << 1;
    int rounded = (ops.bytes() + SMALL_CLASS_STEP - 1) / SMALL_CLASS_STEP * SMALL_CLASS_STEP;
    int bytes = rounded <= SMALL_CLASS_LIMIT ? Math.min(power, rounded) : power;
    return new CacheSpec("kmalloc-" + bytes, bytes, 0, false, 0, false);
  }

  // ---- use ----

  /** A packet went through the action. */
  public void count(Cpu cpu, long action, int bytes) {
    add(cpu, action, TcActionLayout.CPU_BSTATS, 0, bytes);
    add(cpu, action, TcActionLayout.CPU_BSTATS, TcActionLayout.PACKETS, 1);
  }

  /** A packet was dropped. */
  public void countDrop(Cpu cpu, long action) {
    long at = percpu.address(area(action, TcActionLayout.CPU_QSTATS), cpu.id());
    areas.putInt(at + TcActionLayout.DROPS, areas.getInt(at + TcActionLayout.DROPS) + 1);
  }

  /** Packets over all CPUs. */
  public long packets(long action) {
    return sumLongs(action, TcActionLayout.CPU_BSTATS, TcActionLayout.PACKETS);
  }

  /** Bytes over all CPUs. */
  public long bytes(long action) {
    return sumLongs(action, TcActionLayout.CPU_BSTATS, 0);
  }

  /** Drops over all CPUs. */
  public long drops(long action) {
    long area = area(action, TcActionLayout.CPU_QSTATS);
    long sum = 0;
    for (int id = 0; area != 0 && id < possibleCpus; id++) {
      sum += areas.getInt(percpu.address(area, id) + TcActionLayout.DROPS);
    }
    return sum;
  }

  /** The user's cookie; 0 for none. */
  public final long cookie(long action) {
    return memory.getLongOpaque(action + TcActionLayout.COOKIE);
  }

  /** Sets the cookie; returns the one before, which readers may still see. One CPU at a time. */
  final long exchangeCookie(long action, long cookie) {
    long before = cookie(action);
    memory.putLongOpaque(action + TcActionLayout.COOKIE, cookie);
    return before;
  }

  public final void setCookie(long action, long cookie) {
    memory.putLong(action + TcActionLayout.COOKIE, cookie);
  }

  /** The chain to go to; 0 for none. */
  public final long gotoChain(long action) {
    return memory.getLong(action + TcActionLayout.GOTO_CHAIN);
  }

  public final void setGotoChain(long action, long chain) {
    memory.putLong(action + TcActionLayout.GOTO_CHAIN, chain);
  }

  public final int index(long action) {
    return memory.getInt(action + TcActionLayout.INDEX);
  }

  public final int references(long action) {
    return memory.getIntOpaque(action + TcActionLayout.REFCNT);
  }

  public final int bindings(long action) {
    return memory.getIntOpaque(action + TcActionLayout.BINDCNT);
  }

  /** Lives that ended with a head that another object had overwritten. */
  public long damagedHeads() {
    return counts.sum(DAMAGED);
  }

  // ---- references: refcnt >= bindcnt at all times ----

  /** Takes a reference unless the action is already on its way out. */
  final boolean getReference(long action) {
    long field = action + TcActionLayout.REFCNT;
    for (int seen = memory.getIntOpaque(field); seen != 0; seen = memory.getIntOpaque(field)) {
      if (memory.compareAndSetInt(field, seen, seen + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Drops a reference that is not the last; false when it would be the last. */
  final boolean putReferenceUnlessLast(long action) {
    long field = action + TcActionLayout.REFCNT;
    for (int seen = memory.getIntOpaque(field); seen > 1; seen = memory.getIntOpaque(field)) {
      if (memory.compareAndSetInt(field, seen, seen - 1)) {
        return true;
      }
    }
    return false;
  }

  /** Drops a reference; true when it was the last. */
  final boolean putReference(long action) {
    long field = action + TcActionLayout.REFCNT;
    int seen = memory.getIntOpaque(field);
    while (!memory.compareAndSetInt(field, seen, seen - 1)) {
      seen = memory.getIntOpaque(field);
    }
    return seen == 1;
  }

  final void addBinding(long action, int delta) {
    long field = action + TcActionLayout.BINDCNT;
    int seen = memory.getIntOpaque(field);
    while (!memory.compareAndSetInt(field, seen, seen + delta)) {
      seen = memory.getIntOpaque(field);
    }
  }

  final void setIndex(long action, int index, boolean bind) {
    memory.putInt(action + TcActionLayout.INDEX, index);
    memory.putInt(action + TcActionLayout.BINDCNT, bind ? 1 : 0);
  }

  // ---- steps of a life ----

  /** Allocates the three areas in the kernel's order; on failure the earlier ones are freed. */
  final int allocAreas(Cpu cpu, long action, int gfp) {
    long bstats = source.alloc(cpu, TcActionLayout.BSTATS_BYTES, TcActionLayout.BSTATS_BYTES, gfp);
    if (bstats == 0) {
      return ENOMEM;
    }
    long bstatsHw =
        source.alloc(cpu, TcActionLayout.BSTATS_BYTES, TcActionLayout.BSTATS_BYTES, gfp);
    if (bstatsHw == 0) {
      source.free(cpu, bstats);
      return ENOMEM;
    }
    long qstats = source.alloc(cpu, TcActionLayout.QSTATS_BYTES, TcActionLayout.QSTATS_ALIGN, gfp);
    if (qstats == 0) {
      source.free(cpu, bstatsHw);
      source.free(cpu, bstats);
      return ENOMEM;
    }
    memory.putLong(action + TcActionLayout.CPU_BSTATS, bstats);
    memory.putLong(action + TcActionLayout.CPU_BSTATS_HW, bstatsHw);
    memory.putLong(action + TcActionLayout.CPU_QSTATS, qstats);
    return 0;
  }

  /** Places the three structures in one area, in the order of their fields. */
  final void setBlock(long action, long block) {
    memory.putLong(action + TcActionLayout.CPU_BSTATS, block);
    memory.putLong(action + TcActionLayout.CPU_BSTATS_HW, block + TcActionLayout.BSTATS_BYTES);
    memory.putLong(action + TcActionLayout.CPU_QSTATS, block + 2 * TcActionLayout.BSTATS_BYTES);
  }

  final void freeAreas(Cpu cpu, long action) {
    source.free(cpu, area(action, TcActionLayout.CPU_BSTATS));
    source.free(cpu, area(action, TcActionLayout.CPU_BSTATS_HW));
    source.free(cpu, area(action, TcActionLayout.CPU_QSTATS));
  }

  /** Undoes a begin that succeeded, when what follows it has no memory. */
  void unwind(Cpu cpu, long action) {
    end(cpu, action);
  }

  /** Sets the fields that every new action has. */
  final void initFields(Cpu cpu, long action) {
    memory.putLong(action + TcActionLayout.OPS, OPS_MARK);
    memory.putIntOpaque(action + TcActionLayout.REFCNT, 1);
    memory.putInt(action + TcActionLayout.LOCK, 0);
    memory.putInt(action + TcActionLayout.ACTION, 0);
    long now = machine.nowNs();
    memory.putLong(action + TcActionLayout.INSTALLED, now);
    memory.putLong(action + TcActionLayout.LAST_USED, now);
    for (int at = TcActionLayout.HEAD_BYTES; at < ops.bytes(); at += Long.BYTES) {
      memory.putLong(action + at, at);
    }
    cpu.charge(Cost.TC_INIT);
  }

  /** Notices a head that another object wrote over. */
  final void checkHead(Cpu cpu, long action) {
    if (memory.getLong(action + TcActionLayout.OPS) != OPS_MARK) {
      counts.add(cpu, DAMAGED, 1);
    }
  }

  final long area(long action, int field) {
    return memory.getLong(action + field);
  }

  private void add(Cpu cpu, long action, int field, int part, long delta) {
    long at = percpu.address(area(action, field), cpu.id()) + part;
    areas.putLong(at, areas.getLong(at) + delta);
  }

  private long sumLongs(long action, int field, int part) {
    long area = area(action, field);
    long sum = 0;
    for (int id = 0; area != 0 && id < possibleCpus; id++) {
      sum += areas.getLong(percpu.address(area, id) + part);
    }
    return sum;
  }

  @Override
  public void close(Cpu cpu) {}
}
