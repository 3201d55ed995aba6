package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;

/**
 * tc_action as the baseline has it: zeroed memory of the general cache of its size class, and every
 * life allocates and frees its per-CPU areas, where it has any.
 */
final class RawTcAction extends TcAction {
  private static final int SMALL_CLASS_LIMIT = 192;
  private static final int SMALL_CLASS_STEP = 96;

  private final boolean cpustats;

  RawTcAction(AllocatorStack stack, TcActionOps ops, boolean cpustats) {
    super(stack, ops, Form.RAW);
    this.cpustats = cpustats;
  }

  /** A call by this name loads no other form. */
  static TcAction create(AllocatorStack stack, TcActionOps ops, boolean cpustats) {
    return new RawTcAction(stack, ops, cpustats);
  }

  /** The general caches are powers of two, and 96 and 192. */
  @Override
  public CacheSpec cache() {
    int power = Integer.highestOneBit(ops.bytes() - 1) << 1;
    int rounded = (ops.bytes() + SMALL_CLASS_STEP - 1) / SMALL_CLASS_STEP * SMALL_CLASS_STEP;
    int bytes = rounded <= SMALL_CLASS_LIMIT ? Math.min(power, rounded) : power;
    return new CacheSpec("kmalloc-" + bytes, bytes, 0, false, 0, false);
  }

  @Override
  public int percpuBytes() {
    return cpustats ? AREA_BYTES : 0;
  }

  @Override
  public int begin(Cpu cpu, long action, int gfp) {
    memory.fill(action, ops.bytes(), (byte) 0);
    if (cpustats && allocAreas(cpu, action, gfp) != 0) {
      return ENOMEM;
    }
    initFields(cpu, action);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long action) {
    checkHead(cpu, action);
    if (cpustats) {
      freeAreas(cpu, action);
    }
  }

  @Override
  public int construct(Cpu cpu, long action, int gfp) {
    throw new UnsupportedOperationException("a raw tc_action has no constructor");
  }

  @Override
  public void destruct(Cpu cpu, long action) {
    throw new UnsupportedOperationException("a raw tc_action has no destructor");
  }
}
