package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.EmbeddedSpinLock;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.CacheSpec;

/**
 * tc_action without per-CPU statistics: all CPUs count in the action itself, under its lock. A life
 * needs no per-CPU memory; packets pay for it.
 */
final class SharedTcAction extends TcAction {
  private static final LockClass TCFA_LOCK =
      new LockClass("tcfa_lock", LockClass.Kind.SPIN_IRQSAVE);
  private static final int BYTES = TcActionLayout.BSTATS;
  private static final int PACKETS = TcActionLayout.BSTATS + TcActionLayout.PACKETS;
  private static final int DROPS = TcActionLayout.QSTATS + TcActionLayout.DROPS;

  private final EmbeddedSpinLock lock;

  private SharedTcAction(AllocatorStack stack, TcActionOps ops, Form form) {
    super(stack, ops, form);
    this.lock = stack.machine().embeddedSpinLock(TCFA_LOCK);
  }

  /** A call by this name loads no other form. */
  static TcAction create(AllocatorStack stack, TcActionOps ops, Form form) {
    return new SharedTcAction(stack, ops, form);
  }

  @Override
  public CacheSpec cache() {
    return generalCache();
  }

  @Override
  public int percpuBytes() {
    return 0;
  }

  @Override
  public int begin(Cpu cpu, long action, int gfp) {
    memory.fill(action, ops.bytes(), (byte) 0);
    initFields(cpu, action);
    return 0;
  }

  @Override
  public void end(Cpu cpu, long action) {
    checkHead(cpu, action);
  }

  @Override
  public void count(Cpu cpu, long action, int bytes) {
    lock.lockIrqsave(cpu, memory, action + TcActionLayout.LOCK);
    memory.putLong(action + BYTES, memory.getLong(action + BYTES) + bytes);
    memory.putLong(action + PACKETS, memory.getLong(action + PACKETS) + 1);
    lock.unlockIrqrestore(cpu, memory, action + TcActionLayout.LOCK);
  }

  @Override
  public void countDrop(Cpu cpu, long action) {
    lock.lockIrqsave(cpu, memory, action + TcActionLayout.LOCK);
    memory.putInt(action + DROPS, memory.getInt(action + DROPS) + 1);
    lock.unlockIrqrestore(cpu, memory, action + TcActionLayout.LOCK);
  }

  @Override
  public long packets(long action) {
    return memory.getLong(action + PACKETS);
  }

  @Override
  public long bytes(long action) {
    return memory.getLong(action + BYTES);
  }

  @Override
  public long drops(long action) {
    return memory.getInt(action + DROPS);
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
