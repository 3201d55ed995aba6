package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;
import io.slablab.allocator.slub.SlabIter;

/**
 * tc_action whose per-CPU structures are parts of an area that the whole slab shares: first the
 * byte and packet counts of all objects, which want an alignment, then the queue counts of all. So
 * nothing is lost between objects. A life remembers the CPUs that counted packets, in a mask behind
 * the kind's struct, and clears their statistics when it ends.
 *
 * <p>Invariant of an object between two lives: its statistics are zero on every possible CPU and
 * the mask is empty.
 */
final class PartitionedTcAction extends TcAction {
  /**
   * Both byte and packet counts of an object; those of all objects lie ahead of the queue counts.
   */
  private static final int BSTATS_PAIR_BYTES = 2 * TcActionLayout.BSTATS_BYTES;

  private final int mask;
  private final int maskWords;

  private PartitionedTcAction(AllocatorStack stack, TcActionOps ops) {
    super(stack, ops, Form.PARTITIONED);
    this.mask = ops.bytes();
    this.maskWords = (possibleCpus + Integer.SIZE - 1) / Integer.SIZE;
  }

  /** A call by this name loads no other form. */
  static TcAction create(AllocatorStack stack, TcActionOps ops) {
    return new PartitionedTcAction(stack, ops);
  }

  @Override
  public CacheSpec cache() {
    int bytes = mask + maskWords * Integer.BYTES;
    return new CacheSpec("tc_action_" + ops.kind(), bytes, 0, false, 0, false);
  }

  @Override
  public int percpuBytes() {
    return AREA_BYTES;
  }

  // ---- slabs ----

  @Override
  public int constructMany(Cpu cpu, SlabIter actions, int gfp) {
    int n = actions.count();
    int uncharged = gfp & ~(Gfp.ACCOUNT | Gfp.ZERO);
    long area = source.alloc(cpu, n * AREA_BYTES, TcActionLayout.BSTATS_BYTES, uncharged);
    if (area == 0) {
      return 0;
    }
    for (int i = 0; i < n; i++) {
      long action = actions.object(i);
      setParts(action, area, actions.place(i), n);
      clearMask(action);
    }
    return n;
  }

  @Override
  public void destructMany(Cpu cpu, SlabIter actions) {
    long first = area(actions.object(0), TcActionLayout.CPU_BSTATS);
    source.free(cpu, first - (long) actions.place(0) * BSTATS_PAIR_BYTES);
  }

  private void setParts(long action, long area, int place, int objects) {
    long bstats = area + (long) place * BSTATS_PAIR_BYTES;
    memory.putLong(action + TcActionLayout.CPU_BSTATS, bstats);
    memory.putLong(action + TcActionLayout.CPU_BSTATS_HW, bstats + TcActionLayout.BSTATS_BYTES);
    memory.putLong(
        action + TcActionLayout.CPU_QSTATS,
        area + (long) objects * BSTATS_PAIR_BYTES + (long) place * TcActionLayout.QSTATS_BYTES);
  }

  @Override
  public int construct(Cpu cpu, long action, int gfp) {
    throw new UnsupportedOperationException("a partitioned tc_action is made with its slab");
  }

  @Override
  public void destruct(Cpu cpu, long action) {
    throw new UnsupportedOperationException("a partitioned tc_action ends with its slab");
  }

  // ---- lives ----

  @Override
  public int begin(Cpu cpu, long action, int gfp) {
    memory.fill(action, TcActionLayout.CTOR_FIELDS, (byte) 0);
    initFields(cpu, action);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long action) {
    checkHead(cpu, action);
    int visited = 0;
    for (int word = 0; word < maskWords; word++) {
      int bits = memory.getIntOpaque(maskWord(action, word));
      for (; bits != 0; bits &= bits - 1) {
        int id = word * Integer.SIZE + Integer.numberOfTrailingZeros(bits);
        clearStats(action, id);
        visited++;
      }
    }
    if (visited != 0) {
      cpu.charge(Cost.TC_STATS_ZERO, visited);
      clearMask(action);
    }
  }

  private void clearStats(long action, int id) {
    long bstats = percpu.address(area(action, TcActionLayout.CPU_BSTATS), id);
    areas.fill(bstats, BSTATS_PAIR_BYTES, (byte) 0);
    long qstats = percpu.address(area(action, TcActionLayout.CPU_QSTATS), id);
    areas.fill(qstats, TcActionLayout.QSTATS_BYTES, (byte) 0);
  }

  @Override
  public void count(Cpu cpu, long action, int bytes) {
    markCounted(cpu, action);
    super.count(cpu, action, bytes);
  }

  @Override
  public void countDrop(Cpu cpu, long action) {
    markCounted(cpu, action);
    super.countDrop(cpu, action);
  }

  /**
   * Sets this CPU's bit. Opaque reads see the own bit at once; the compare-exchange keeps bits that
   * others set in the same word. The last reference is dropped after all packets are through.
   */
  private void markCounted(Cpu cpu, long action) {
    long at = maskWord(action, cpu.id() / Integer.SIZE);
    int bit = 1 << cpu.id(); // modulo 32
    int seen = memory.getIntOpaque(at);
    while ((seen & bit) == 0 && !memory.compareAndSetInt(at, seen, seen | bit)) {
      seen = memory.getIntOpaque(at);
    }
  }

  private long maskWord(long action, int word) {
    return action + mask + (long) word * Integer.BYTES;
  }

  private void clearMask(long action) {
    for (int word = 0; word < maskWords; word++) {
      memory.putIntOpaque(maskWord(action, word), 0);
    }
  }
}
