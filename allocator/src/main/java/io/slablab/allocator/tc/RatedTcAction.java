package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;
import io.slablab.allocator.slub.SlabIter;

/**
 * Actions of any form with a rate estimator each. It comes last in a life's begin, so that without
 * memory for it everything before is undone in reverse; it goes first in the end.
 */
public final class RatedTcAction extends TcAction {
  private final TcAction type;
  private final RateEstimators estimators;

  private RatedTcAction(Cpu cpu, AllocatorStack stack, TcAction type, RateParms parms) {
    super(stack, type.ops, type.form());
    this.type = type;
    this.estimators = new RateEstimators(cpu, stack, parms);
  }

  /**
   * A call by this name loads no estimator where there is none.
   *
   * @param cpu makes the estimators' cache
   * @param type used through the result from now on
   */
  public static TcAction create(Cpu cpu, AllocatorStack stack, TcAction type, RateParms parms) {
    return new RatedTcAction(cpu, stack, type, parms);
  }

  /** The estimator of a live action. */
  long estimator(long action) {
    return memory.getLongOpaque(action + TcActionLayout.RATE_EST);
  }

  @Override
  public int begin(Cpu cpu, long action, int gfp) {
    int error = type.begin(cpu, action, gfp);
    if (error == 0 && !estimators.start(cpu, action, gfp)) {
      type.unwind(cpu, action);
      return ENOMEM;
    }
    return error;
  }

  @Override
  public void end(Cpu cpu, long action) {
    estimators.kill(cpu, action);
    type.end(cpu, action);
  }

  @Override
  void unwind(Cpu cpu, long action) {
    end(cpu, action);
  }

  @Override
  public void close(Cpu cpu) {
    type.close(cpu);
    estimators.close(cpu);
  }

  // ---- as the form has it ----

  @Override
  public CacheSpec cache() {
    return type.cache();
  }

  @Override
  public int percpuBytes() {
    return type.percpuBytes();
  }

  @Override
  public int construct(Cpu cpu, long action, int gfp) {
    return type.construct(cpu, action, gfp);
  }

  @Override
  public void destruct(Cpu cpu, long action) {
    type.destruct(cpu, action);
  }

  @Override
  public int constructMany(Cpu cpu, SlabIter actions, int gfp) {
    return type.constructMany(cpu, actions, gfp);
  }

  @Override
  public void destructMany(Cpu cpu, SlabIter actions) {
    type.destructMany(cpu, actions);
  }

  @Override
  public void count(Cpu cpu, long action, int bytes) {
    type.count(cpu, action, bytes);
  }

  @Override
  public void countDrop(Cpu cpu, long action) {
    type.countDrop(cpu, action);
  }

  @Override
  public long packets(long action) {
    return type.packets(action);
  }

  @Override
  public long bytes(long action) {
    return type.bytes(action);
  }

  @Override
  public long drops(long action) {
    return type.drops(action);
  }

  @Override
  public long damagedHeads() {
    return type.damagedHeads();
  }
}
