package io.slablab.allocator.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The control: work that shares nothing, to see what a second thread is worth on this machine. */
@State(Scope.Thread)
public class Arithmetic {
  private long state = 1;

  @Benchmark
  public long step(OnCpu worker) {
    long x = state;
    for (int i = 0; i < 4; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
    }
    state = x;
    return x;
  }
}
