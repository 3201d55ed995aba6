package io.slablab.allocator.soak;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.Variant;
import io.slablab.allocator.tc.TcAction;
import io.slablab.allocator.tc.TcActionOps;

/** Actions under a design; the stamp is the cookie. */
final class ActionKind implements Kind {
  private final TcAction type;
  private final ObjectPool pool;

  ActionKind(AllocatorStack stack, Cpu cpu, Variant variant) {
    this.type = TcAction.of(stack, TcActionOps.GACT, variant.form(), true, false);
    this.pool = variant.open(cpu, stack, type);
  }

  @Override
  public long alloc(Cpu cpu) {
    long action = pool.get(cpu, Gfp.GFP_KERNEL);
    if (action != 0) {
      if (type.packets(action) != 0 || type.cookie(action) != 0) {
        throw new IllegalStateException("INV-TC-3: an action has a past: " + action);
      }
      type.count(cpu, action, 64);
    }
    return action;
  }

  @Override
  public void free(Cpu cpu, long action) {
    type.count(cpu, action, 64);
    pool.put(cpu, action);
  }

  /** The last stamp of a life stays: the next life must not find it. */
  @Override
  public void stamp(long action, long stamp) {
    if (stamp != Handles.NONE) {
      type.setCookie(action, stamp);
    }
  }

  @Override
  public long stampOf(long action) {
    return type.cookie(action);
  }

  @Override
  public void shrink(Cpu cpu) {
    pool.trim(cpu);
  }

  @Override
  public void close(Cpu cpu) {
    pool.close(cpu);
    if (type.damagedHeads() != 0) {
      throw new IllegalStateException("actions were written over: " + type.damagedHeads());
    }
  }
}
