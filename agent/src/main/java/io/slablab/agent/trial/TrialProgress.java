package io.slablab.agent.trial;

/** Told how the trial goes; called on a thread of the trial. */
@FunctionalInterface
public interface TrialProgress {
  /**
   * @param interval from 1
   * @param opsPerSecond of all workers together
   */
  void intervalDone(int interval, double opsPerSecond);

  /** Warm-up begins: until {@link #windowCloses} the host is left alone. */
  default void windowOpens() {}

  /** The last interval was measured; told by no trial that failed before. */
  default void windowCloses() {}
}
