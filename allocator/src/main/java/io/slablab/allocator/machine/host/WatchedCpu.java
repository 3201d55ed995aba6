package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.CpuWatch;
import io.slablab.allocator.machine.Section;

/**
 * A CPU that tells what it does. As long as this class is not loaded the compiler binds the empty
 * methods that it overrides, and nothing of a call to them is left.
 */
final class WatchedCpu extends HostCpu {
  private final CpuWatch watch;

  WatchedCpu(int id, int node, long seed, CpuWatch watch) {
    super(id, node, seed);
    this.watch = watch;
  }

  @Override
  public void mightAlloc(int gfp) {
    watch.mightAlloc(this, gfp);
  }

  @Override
  public void mightSleep() {
    watch.mightSleep(this);
  }

  @Override
  public void begin(Section section) {
    watch.begin(this, section);
  }

  @Override
  public void end(Section section) {
    watch.end(this, section);
  }
}
