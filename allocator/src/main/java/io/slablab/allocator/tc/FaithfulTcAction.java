package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;

/**
 * tc_action with the published series' defects:
 *
 * <ol>
 *   <li>one cache of the common head's size for all kinds, so that a kind with fields of its own
 *       writes over its neighbour;
 *   <li>a recycled action keeps the last one's cookie, chain and hardware count;
 *   <li>and its statistics;
 *   <li>the constructor sleeps whatever the caller allowed.
 * </ol>
 */
final class FaithfulTcAction extends ConstructedTcAction {

  FaithfulTcAction(AllocatorStack stack, TcActionOps ops) {
    super(stack, ops);
  }

  /** A call by this name loads no other form. */
  static TcAction create(AllocatorStack stack, TcActionOps ops) {
    return new FaithfulTcAction(stack, ops);
  }

  @Override
  public CacheSpec cache() {
    return new CacheSpec("tc_action", TcActionLayout.HEAD_BYTES, 0, false, 0, false);
  }

  @Override
  public int construct(Cpu cpu, long action, int gfp) {
    cpu.charge(Cost.CTOR);
    return allocAreas(cpu, action, Gfp.GFP_KERNEL);
  }

  @Override
  public int begin(Cpu cpu, long action, int gfp) {
    initFields(cpu, action);
    return 0;
  }
}
