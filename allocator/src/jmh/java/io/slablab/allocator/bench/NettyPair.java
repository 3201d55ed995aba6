package io.slablab.allocator.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The peer: a pooled 256-byte direct buffer of Netty, taken and released. */
@State(Scope.Benchmark)
public class NettyPair {
  private static final PooledByteBufAllocator POOL = new PooledByteBufAllocator(true);

  @Benchmark
  public int pair(OnCpu worker) {
    ByteBuf buffer = POOL.directBuffer(256, 256);
    int capacity = buffer.capacity();
    buffer.release();
    return capacity;
  }
}
