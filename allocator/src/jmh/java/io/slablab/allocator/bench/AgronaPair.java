package io.slablab.allocator.bench;

import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The peer: a pool of 256-byte buffers as one builds it with Agrona, a queue that all share. */
@State(Scope.Benchmark)
public class AgronaPair {
  private static final int BUFFERS = 1024;
  private final ManyToManyConcurrentArrayQueue<UnsafeBuffer> pool =
      new ManyToManyConcurrentArrayQueue<>(BUFFERS);

  public AgronaPair() {
    for (int i = 0; i < BUFFERS; i++) {
      pool.offer(new UnsafeBuffer(new byte[256]));
    }
  }

  @Benchmark
  public int pair(OnCpu worker) {
    UnsafeBuffer buffer = pool.poll();
    int capacity = buffer.capacity();
    pool.offer(buffer);
    return capacity;
  }
}
