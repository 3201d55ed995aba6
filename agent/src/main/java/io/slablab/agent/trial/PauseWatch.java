package io.slablab.agent.trial;

import java.util.concurrent.TimeUnit;

/**
 * A thread beside the measured window that sleeps for a tick, over and over, and keeps by how much
 * it woke up too late at most: for so long nothing of this process ran, or its machine stood still.
 * It shares nothing with the workers, runs where the fork's main thread may, and allocates nothing.
 *
 * <p>Of a standstill of d it sees at least d less one tick, and at most d and what a busy scheduler
 * adds. One in which the host's own clock stood still, as that of a suspended machine, lengthens no
 * window and is not seen.
 *
 * <p>Threads: opened and closed by the fork's main thread.
 */
final class PauseWatch {
  static final long TICK_NS = 100_000_000;

  /** The watch's own; read when it has ended. */
  private long longestNs;

  private final Thread thread =
      Thread.ofPlatform().name("pause-watch").daemon().unstarted(this::watch);

  private PauseWatch() {}

  static PauseWatch open() {
    PauseWatch watch = new PauseWatch();
    watch.thread.start();
    return watch;
  }

  private void watch() {
    boolean closed = false;
    while (!closed) {
      long dueNs = System.nanoTime() + TICK_NS;
      try {
        TimeUnit.NANOSECONDS.sleep(TICK_NS);
      } catch (InterruptedException _) {
        closed = true; // by then it may be late as well
      }
      longestNs = Math.max(longestNs, System.nanoTime() - dueNs);
    }
  }

  /**
   * Ends the watch.
   *
   * @return the longest pause, nanoseconds, at least 0
   */
  long close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join(); // orders what it wrote before what is read here
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return longestNs;
  }
}
