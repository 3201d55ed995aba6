package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;

/** tc_action whose three per-CPU structures are one area, allocated and freed in every life. */
final class OneBlockTcAction extends TcAction {

  private OneBlockTcAction(AllocatorStack stack, TcActionOps ops) {
    super(stack, ops, Form.ONE_BLOCK);
  }

  /** A call by this name loads no other form. */
  static TcAction create(AllocatorStack stack, TcActionOps ops) {
    return new OneBlockTcAction(stack, ops);
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
    long block = source.alloc(cpu, AREA_BYTES, TcActionLayout.BSTATS_BYTES, gfp);
    if (block == 0) {
      return ENOMEM;
    }
    setBlock(action, block);
    initFields(cpu, action);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long action) {
    checkHead(cpu, action);
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
