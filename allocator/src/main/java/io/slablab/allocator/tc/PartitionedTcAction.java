package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;
import io.slablab.allocator.slub.SlabIter;

/**
 * tc_action whose per-CPU structures are one part of an area that the whole slab shares. A life
 * remembers the CPUs that counted packets, in a mask behind the kind's struct, and clears their
 * statistics when it ends.
 *
 * <p>Invariant of an object between two lives: its statistics are zero on every possible CPU and
 * the mask is empty.
 */
final class PartitionedTcAction extends TcAction {
  /** The three structures, so that the next object's first one is aligned too. */
  private static final int BLOCK_BYTES = 64;

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
    return BLOCK_BYTES;
  }

  // ---- slabs ----

  @Override
  public int constructMany(Cpu cpu, SlabIter actions, int gfp) {
    int n = actions.count();
    int uncharged = gfp & ~(Gfp.ACCOUNT | Gfp.ZERO);
    long area = source.alloc(cpu, n * BLOCK_BYTES, TcActionLayout.BSTATS_BYTES, uncharged);
    if (area == 0) {
      return 0;
    }
    for (int i = 0; i < n; i++) {
      long action = actions.object(i);
      setBlock(action, area + (long) actions.place(i) * BLOCK_BYTES);
      clearMask(action);
    }
    return n;
  }

  @Override
  public void destructMany(Cpu cpu, SlabIter actions) {
    long first = area(actions.object(0), TcActionLayout.CPU_BSTATS);
    source.free(cpu, first - (long) actions.place(0) * BLOCK_BYTES);
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
    long block = area(action, TcActionLayout.CPU_BSTATS);
    int visited = 0;
    for (int word = 0; word < maskWords; word++) {
      int bits = memory.getIntOpaque(maskWord(action, word));
      for (; bits != 0; bits &= bits - 1) {
        int id = word * Integer.SIZE + Integer.numberOfTrailingZeros(bits);
        areas.fill(percpu.address(block, id), BLOCK_BYTES, (byte) 0);
        visited++;
      }
    }
    if (visited != 0) {
      cpu.charge(Cost.TC_STATS_ZERO, visited);
      clearMask(action);
    }
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
