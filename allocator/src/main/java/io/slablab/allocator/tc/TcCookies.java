package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.rcu.Rcu;
import io.slablab.allocator.rcu.RcuHead;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import org.jspecify.annotations.Nullable;

/**
 * What users attach to actions: up to 16 bytes that dumps read under RCU while they are replaced or
 * their action ends. A cookie is freed by a callback, a grace period after nothing leads to it.
 *
 * <pre>
 *   0 length 4 | 4 pad | 8 bytes 16 | 24 rcu_head 16                                 = 40 bytes
 * </pre>
 */
final class TcCookies {
  /** Bytes in a cookie at most. */
  static final int MAX_BYTES = 16;

  private static final int LENGTH = 0;
  private static final int DATA = 8;
  private static final int BYTES = 40;

  private final Memory memory;
  private final Rcu rcu;
  private final KmemCache cache;

  /** Heads of callbacks that ran, to be used again; each list by its CPU alone. */
  private final @Nullable Freeing[] idle;

  /** A callback on its way, in the place of the rcu_head in the struct. */
  private final class Freeing {
    private final RcuHead head = new RcuHead(this::run);
    private long cookie;
    private @Nullable Freeing next;

    /** Runs on the CPU that queued it, or on the one that took over from it. */
    private void run(Cpu cpu) {
      cache.free(cpu, cookie);
      next = idle[cpu.id()];
      idle[cpu.id()] = this;
    }
  }

  TcCookies(Cpu cpu, AllocatorStack stack) {
    this.memory = stack.memory();
    this.rcu = stack.rcu();
    this.cache = stack.slub().create(cpu, "tc_cookie", BYTES, KmemCacheArgs.NONE);
    this.idle = new Freeing[stack.machine().possibleCpus()];
  }

  /**
   * @return a cookie of its own, or 0 without memory
   * @throws IllegalArgumentException for more than {@link #MAX_BYTES}
   */
  long create(Cpu cpu, int gfp, byte[] value) {
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException("a cookie has 16 bytes at most: length=" + value.length);
    }
    long cookie = cache.alloc(cpu, gfp);
    if (cookie != 0) {
      memory.putInt(cookie + LENGTH, value.length);
      for (int i = 0; i < value.length; i++) {
        memory.putByte(cookie + DATA + i, value[i]);
      }
    }
    return cookie;
  }

  /**
   * The value; inside a reader section. What is read depends on the address, so that the cookie's
   * bytes are those that its fence made visible before it.
   */
  byte[] read(long cookie) {
    byte[] value = new byte[memory.getInt(cookie + LENGTH)];
    for (int i = 0; i < value.length; i++) {
      value[i] = memory.getByte(cookie + DATA + i);
    }
    return value;
  }

  /** Frees a cookie that nothing leads to any more, when its readers are done. Any context. */
  void free(Cpu cpu, long cookie) {
    Freeing freeing = idle[cpu.id()];
    if (freeing == null) {
      freeing = new Freeing();
    } else {
      idle[cpu.id()] = freeing.next;
    }
    freeing.cookie = cookie;
    rcu.callRcu(cpu, freeing.head);
  }
}
