package io.slablab.agent;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.spool.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;

/**
 * An agent as it is, less its process: the actor, the desk and the spool, run by hand on the
 * caller's thread. What a trial does is the test's.
 */
public final class SimulatedAgent {

  /** What a trial does; may throw an Error where the agent dies. */
  @FunctionalInterface
  public interface Trial {
    /**
     * @return operations per second; negative for a failed trial
     */
    double run(TrialOrder order, Path directory);
  }

  private final Queue<Runnable> trials = new ArrayDeque<>();
  private final TestInbox<AgentEvent> coordinator = TestInbox.create();
  private final BehaviorTestKit<AgentActor.Message> actor;

  /**
   * @param spool where an earlier agent may have left a trial
   */
  public SimulatedAgent(String host, int incarnation, Path spool, Trial trial) throws IOException {
    TrialExecutor executor =
        new TrialExecutor() {
          @Override
          public Ended run(TrialOrder order, Path directory, ProgressSink progress) {
            double opsPerSecond = trial.run(order, directory);
            return opsPerSecond < 0
                ? new Ended.Failed("failed on purpose", "")
                : new Ended.Done(opsPerSecond);
          }

          @Override
          public void cancel() {
            // the trial ends when the test lets it
          }
        };
    TrialDesk desk = new TrialDesk(executor, Spool.open(spool), trials::add);
    actor =
        BehaviorTestKit.create(
            AgentActor.create(
                "camp",
                () ->
                    new HostDescribed(
                        host, incarnation, incarnation, "25", "b", "{}", "{}", "", ""),
                desk,
                Duration.ofMinutes(10)));
  }

  /** A coordinator's first word, answered through {@link #said}. */
  public void attach(int epoch) {
    tell(new AgentCommand.Attach("camp", epoch, coordinator.getRef()));
  }

  public void tell(AgentCommand command) {
    if (actor.isAlive()) {
      actor.run(new AgentActor.Asked(command));
    }
  }

  public boolean isAlive() {
    return actor.isAlive();
  }

  public boolean trialRuns() {
    return !trials.isEmpty();
  }

  /** The trial that was started runs to its end. */
  public void finishTrial() {
    trials.remove().run();
    while (actor.isAlive() && actor.selfInbox().hasMessages()) {
      actor.runOne();
    }
  }

  /** What the agent told since the last call. */
  public List<AgentEvent> said() {
    return new ArrayList<>(coordinator.getAllReceived());
  }
}
