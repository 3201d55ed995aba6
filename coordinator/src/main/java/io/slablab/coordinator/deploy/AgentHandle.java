package io.slablab.coordinator.deploy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One agent process that was started. Threads: any. */
public interface AgentHandle {
  /** Exit code of an agent that is gone and whose end nobody saw, as where a host was booted. */
  int UNSEEN = 255;

  /** On its host; 0 as long as it is not known. */
  long pid();

  /**
   * Completes when the process runs, at once where nothing has to be brought to the host before;
   * never when it was not started.
   */
  default CompletionStage<Void> onStart() {
    return CompletableFuture.completedStage(null);
  }

  /**
   * Completes with the exit code when the process is gone, which may be {@link #UNSEEN}; with an
   * IOException, one line that names the host, when it was never started.
   */
  CompletionStage<Integer> onExit();

  /** The last lines of the agent's log, for an error message; empty when there are none. */
  String logTail();

  /**
   * Ends the agent and everything it started: first by closing its life line, then by force.
   *
   * @param patience how long it may take to end by itself
   */
  void stop(Duration patience);
}
