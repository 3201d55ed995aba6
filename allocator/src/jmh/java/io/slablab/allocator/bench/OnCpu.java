package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/** A worker as a virtual CPU, pinned to the processor of the same number. */
@State(Scope.Thread)
public class OnCpu {
  @Nullable Cpu cpu;

  /** JMH may give a state to another thread in the next iteration: token and pin go with it. */
  @Setup(Level.Iteration)
  public void enter(ThreadParams threads) {
    Pin.to(threads.getThreadIndex());
    cpu = Stack.MACHINE.enter(threads.getThreadIndex());
  }

  @TearDown(Level.Iteration)
  public void leave() {
    Stack.MACHINE.leave(get());
  }

  Cpu get() {
    Cpu entered = cpu;
    if (entered == null) {
      throw new IllegalStateException("not entered");
    }
    return entered;
  }
}
