package io.slablab.allocator.bench;

import io.netty.buffer.ByteBuf;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The peer: a pooled 256-byte direct buffer of Netty, taken and released. */
@State(Scope.Benchmark)
public class NettyPair {
  @Param({"POOLED", "ADAPTIVE"})
  public NettyBuffers design = NettyBuffers.POOLED;

  @Benchmark
  public int pair(OnCpu worker) {
    ByteBuf buffer = design.buffers.directBuffer(256, 256);
    int capacity = buffer.capacity();
    buffer.release();
    return capacity;
  }
}
