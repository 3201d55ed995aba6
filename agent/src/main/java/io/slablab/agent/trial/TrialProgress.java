package io.slablab.agent.trial;

/** Told of each measured interval while the trial runs; called on the thread of the trial. */
@FunctionalInterface
public interface TrialProgress {
  /**
   * @param interval from 1
   * @param opsPerSecond of all workers together
   */
  void intervalDone(int interval, double opsPerSecond);
}
