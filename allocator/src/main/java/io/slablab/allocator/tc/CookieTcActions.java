package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.rcu.Rcu;
import org.jspecify.annotations.Nullable;

/**
 * Actions that carry a user's cookie. It outlives its action by a grace period; the action itself
 * goes at once, since what leads to it was torn down by RCU before.
 *
 * <p>An action's field is read and written with opaque mode; a fence stands between a cookie's
 * bytes and its publication. Setting and ending are for the holder of a reference alone.
 */
public final class CookieTcActions extends TcActions {
  private final TcAction type;
  private final TcCookies cookies;
  private final Rcu rcu;

  /**
   * @param cpu makes the cookies' cache
   */
  public CookieTcActions(Cpu cpu, AllocatorStack stack, TcAction type, ObjectPool pool) {
    super(stack.machine(), type, pool);
    this.type = type;
    this.cookies = new TcCookies(cpu, stack);
    this.rcu = stack.rcu();
  }

  /**
   * Gives an action a cookie, in place of the one it may have.
   *
   * @param value up to 16 bytes
   * @return 0, or -ENOMEM with the old cookie in place
   */
  public int setCookie(Cpu cpu, int gfp, long action, byte[] value) {
    long cookie = cookies.create(cpu, gfp, value);
    if (cookie == 0) {
      return ENOMEM;
    }
    cpu.fence();
    free(cpu, type.exchangeCookie(action, cookie));
    return 0;
  }

  /** An action's cookie, or null without one; any CPU, while something keeps the action. */
  public byte @Nullable [] cookie(Cpu cpu, long action) {
    rcu.readLock(cpu);
    try {
      long cookie = type.cookie(action);
      return cookie == 0 ? null : cookies.read(cookie);
    } finally {
      rcu.readUnlock(cpu);
    }
  }

  @Override
  void dispose(Cpu cpu, long action) {
    free(cpu, type.cookie(action));
    super.dispose(cpu, action);
  }

  private void free(Cpu cpu, long cookie) {
    if (cookie != 0) {
      cookies.free(cpu, cookie);
    }
  }
}
