package io.slablab.agent.trial;

import io.slablab.agent.placement.Affinity;
import io.slablab.agent.placement.BindingException;
import org.jspecify.annotations.Nullable;

/** A worker's thread: pins itself before it runs anything. */
final class PinnedThread extends Thread {
  private final int index;
  private final int cpu;
  private volatile @Nullable BindingException refusal;

  PinnedThread(Runnable task, int index, int cpu) {
    super(task, "worker-" + index);
    this.index = index;
    this.cpu = cpu;
    setDaemon(true);
  }

  @Override
  public void run() {
    try {
      Affinity.pin(cpu);
      Fork.HERE.memory().apply();
    } catch (BindingException e) {
      refusal = e;
    }
    super.run();
  }

  int index() {
    return index;
  }

  /**
   * The CPU that this thread, which must be the caller, was granted and runs on now.
   *
   * @throws BindingException when pinning was refused or no longer holds
   */
  int grantedCpu() {
    BindingException refused = refusal;
    if (refused != null) {
      throw refused;
    }
    int running = Affinity.currentCpu();
    if (running != cpu) {
      throw new IllegalStateException(
          "worker " + index + " was pinned to CPU " + cpu + " and runs on CPU " + running);
    }
    return running;
  }
}
