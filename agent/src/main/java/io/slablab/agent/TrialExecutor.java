package io.slablab.agent;

import io.slablab.agent.protocol.TrialOrder;
import java.nio.file.Path;

/**
 * Runs trials, one at a time, on a thread of its caller. The seam between the actor and what a
 * trial is on this host.
 */
interface TrialExecutor {

  /** Told how a trial goes; called on a thread of the executor. */
  @FunctionalInterface
  interface ProgressSink {
    /**
     * @param iteration from 1
     */
    void iterationDone(int iteration, double opsPerSecond);

    /** From now on nothing of ours may wake up beside the trial. */
    default void windowOpens() {}

    /** What is left of the trial is not measured. */
    default void windowCloses() {}
  }

  /** How a trial ended. */
  sealed interface Ended {
    record Done(double opsPerSecond) implements Ended {}

    /**
     * @param reason one line
     */
    record Failed(String reason, String stderrTail) implements Ended {}
  }

  /** Blocks until the trial is over; never throws for what a trial does. */
  Ended run(TrialOrder order, Path directory, ProgressSink progress);

  /** Kills the running trial, if any; {@link #run} then returns {@code Failed}. Any thread. */
  void cancel();
}
