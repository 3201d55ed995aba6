package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;

/**
 * The structs of rate estimators: zeroed, from the general cache of their size, and freed a grace
 * period after they are killed, since dumps read them under RCU. What they cost is modelled, not
 * the timer that samples.
 *
 * <pre>
 *   0 bstats | 8 stats_lock | 16 cpu_bstats | 24 ewma_log 1, intvl_log 1 | 32 samples and rates 40
 *   72 timer 40 | 112 rcu_head 16                                                   = 128 bytes
 * </pre>
 */
final class RateEstimators {
  static final int BYTES = 128;

  private static final int BSTATS = 0;
  private static final int STATS_LOCK = 8;
  private static final int CPU_BSTATS = 16;
  private static final int EWMA_LOG = 24;
  private static final int INTVL_LOG = 25;

  /** In units of which {@code interval} counts, below a second. */
  private static final int SECOND_LOG = 2;

  private final AllocatorStack stack;
  private final Memory memory;
  private final RateParms parms;
  private final KmemCache cache;

  RateEstimators(Cpu cpu, AllocatorStack stack, RateParms parms) {
    this.stack = stack;
    this.memory = stack.memory();
    this.parms = parms;
    this.cache = stack.slub().create(cpu, "kmalloc-" + BYTES, BYTES, KmemCacheArgs.NONE);
  }

  /**
   * An estimator of an action's packets and bytes.
   *
   * @return false without memory; the action then has none
   */
  boolean start(Cpu cpu, long action, int gfp) {
    long estimator = cache.alloc(cpu, gfp & ~(Gfp.ACCOUNT | Gfp.ZERO));
    if (estimator == 0) {
      return false;
    }
    memory.fill(estimator, BYTES, (byte) 0);
    memory.putLong(estimator + BSTATS, action + TcActionLayout.BSTATS);
    memory.putLong(estimator + STATS_LOCK, action + TcActionLayout.LOCK);
    memory.putLong(estimator + CPU_BSTATS, memory.getLong(action + TcActionLayout.CPU_BSTATS));
    memory.putByte(estimator + EWMA_LOG, (byte) parms.ewmaLog());
    memory.putByte(estimator + INTVL_LOG, (byte) (parms.interval() + SECOND_LOG));
    cpu.fence(); // what it is, before a reader can get to it
    memory.putLongOpaque(action + TcActionLayout.RATE_EST, estimator);
    return true;
  }

  /** Ends an action's estimator, for readers a grace period later. */
  void kill(Cpu cpu, long action) {
    long estimator = memory.getLong(action + TcActionLayout.RATE_EST);
    memory.putLongOpaque(action + TcActionLayout.RATE_EST, 0);
    cache.kfreeRcu(cpu, estimator);
  }

  void close(Cpu cpu) {
    stack.slub().destroy(cpu, cache);
  }
}
