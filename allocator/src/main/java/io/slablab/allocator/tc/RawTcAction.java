package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;

/**
 * tc_action as the baseline has it: zeroed memory of the general cache of its size class, and every
 * life allocates and frees its per-CPU areas.
 */
final class RawTcAction extends TcAction {
  private RawTcAction(AllocatorStack stack, TcActionOps ops) {
    super(stack, ops, Form.RAW);
  }

  /** A call by this name loads no other form. */
  static TcAction create(AllocatorStack stack, TcActionOps ops) {
    return new RawTcAction(stack, ops);
  }

  @Override
  public CacheSpec cache() {
    return generalCache();
  }

  @Override
  public int percpuBytes() {
    return AREA_BYTES;
  }

  @Override
  public int begin(Cpu cpu, long action, int gfp) {
    memory.fill(action, ops.bytes(), (byte) 0);
    if (allocAreas(cpu, action, gfp) != 0) {
      return ENOMEM;
    }
    initFields(cpu, action);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long action) {
    checkHead(cpu, action);
    freeAreas(cpu, action);
  }

  /** The areas in reverse, as a create that fails later frees them. */
  @Override
  void unwind(Cpu cpu, long action) {
    checkHead(cpu, action);
    source.free(cpu, area(action, TcActionLayout.CPU_QSTATS));
    source.free(cpu, area(action, TcActionLayout.CPU_BSTATS_HW));
    source.free(cpu, area(action, TcActionLayout.CPU_BSTATS));
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
