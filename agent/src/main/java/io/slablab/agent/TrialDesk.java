package io.slablab.agent;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.agent.spool.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The one trial an agent has: none, running, or ended and held until it is acknowledged. Outlives
 * the actor that talks to the coordinator, so that a trial goes on when the cluster is lost and
 * joined anew. Threads: any.
 */
final class TrialDesk {

  /** Told of the running trial; called on its thread, must return at once. */
  interface Watcher {
    /**
     * @param iteration from 1
     */
    void progress(String trialId, int iteration, double opsPerSecond);

    void ended(TrialResult result);
  }

  /** A trial that runs. */
  record Running(String trialId, int attempt) {}

  private static final Watcher NOBODY =
      new Watcher() {
        @Override
        public void progress(String trialId, int iteration, double opsPerSecond) {}

        @Override
        public void ended(TrialResult result) {}
      };

  private final TrialExecutor trials;
  private final Spool spool;
  private final Executor trialThread;
  private @Nullable Running running;
  private Watcher watcher = NOBODY;
  private boolean abandoned;

  /**
   * @param trialThread runs the blocking {@link TrialExecutor#run}
   */
  TrialDesk(TrialExecutor trials, Spool spool, Executor trialThread) {
    this.trials = trials;
    this.spool = spool;
    this.trialThread = trialThread;
  }

  /** From now on this watcher is told, and no other. */
  synchronized void watch(Watcher next) {
    watcher = next;
  }

  synchronized Optional<Running> running() {
    return Optional.ofNullable(running);
  }

  Optional<TrialResult> held() {
    return spool.held();
  }

  Spool spool() {
    return spool;
  }

  /**
   * Starts a trial.
   *
   * @throws IllegalStateException while one runs or waits
   */
  synchronized void start(TrialOrder order, int attempt) {
    if (running != null || spool.held().isPresent()) {
      throw new IllegalStateException("one trial at a time: id=" + order.id());
    }
    running = new Running(order.id(), attempt);
    trialThread.execute(() -> run(order, attempt));
  }

  /** Kills the running trial if it is this one. */
  void cancel(String trialId) {
    if (running().filter(trial -> trial.trialId().equals(trialId)).isPresent()) {
      trials.cancel();
    }
  }

  /**
   * The agent ends: kills the running trial, and does not hold it as a failed one, for nothing is
   * known of it that another run would not tell.
   */
  void abandon() {
    synchronized (this) {
      abandoned = true;
    }
    trials.cancel();
  }

  private void run(TrialOrder order, int attempt) {
    TrialExecutor.Ended how = outcome(order);
    Watcher told;
    synchronized (this) {
      if (abandoned) {
        running = null;
        return;
      }
    }
    TrialResult result = hold(order.id(), attempt, how);
    synchronized (this) {
      running = null;
      told = watcher;
    }
    told.ended(result);
  }

  private TrialExecutor.Ended outcome(TrialOrder order) {
    try {
      Path directory = spool.begin();
      return trials.run(
          order,
          directory,
          (iteration, opsPerSecond) -> progress(order.id(), iteration, opsPerSecond));
    } catch (IOException e) {
      return new TrialExecutor.Ended.Failed(
          "the agent cannot make a folder for the trial: " + e.getMessage(), "");
    } catch (RuntimeException e) {
      return new TrialExecutor.Ended.Failed(e.toString(), "");
    }
  }

  private void progress(String trialId, int iteration, double opsPerSecond) {
    Watcher told;
    synchronized (this) {
      told = watcher;
    }
    told.progress(trialId, iteration, opsPerSecond);
  }

  private TrialResult hold(String trialId, int attempt, TrialExecutor.Ended how) {
    return switch (how) {
      case TrialExecutor.Ended.Done(var opsPerSecond) ->
          spool.holdDone(trialId, attempt, opsPerSecond);
      case TrialExecutor.Ended.Failed(var reason, var stderrTail) ->
          spool.holdFailed(trialId, attempt, reason, stderrTail);
    };
  }
}
