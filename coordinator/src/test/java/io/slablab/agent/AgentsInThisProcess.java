package io.slablab.agent;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.spool.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** Agents that are actors of the coordinator's own system: as many as a test likes, at no cost. */
public final class AgentsInThisProcess {
  private AgentsInThisProcess() {}

  /**
   * An agent that registers itself as one in a process of its own does.
   *
   * @param trial leaves files and returns operations per second
   * @param trialThread runs trials
   * @param ended completed when the agent has stopped
   */
  public static Behavior<Void> agent(
      String campaign,
      String host,
      int incarnation,
      Path workdir,
      SimulatedAgent.Trial trial,
      Executor trialThread,
      CompletableFuture<Integer> ended)
      throws IOException {
    TrialDesk desk = new TrialDesk(executor(trial), Spool.open(workdir), trialThread);
    HostDescribed description =
        new HostDescribed(host, incarnation, 1, "25", "boot", "{}", "{}", "", "");
    return Behaviors.setup(context -> {
      ActorRef<AgentActor.Message> actor =
          context.spawn(
              AgentActor.create(campaign, () -> description, desk, Duration.ofMinutes(1)), "agent");
      ActorRef<AgentCommand> face =
          context.spawn(
              Behaviors.receiveMessage(command -> {
                actor.tell(new AgentActor.Asked(command));
                return Behaviors.same();
              }),
              "commands");
      context
          .getSystem()
          .receptionist()
          .tell(Receptionist.register(AgentCommand.serviceKey(campaign, host, incarnation), face));
      context.watch(actor);
      return Behaviors.receive(Void.class)
          .onSignal(
              Terminated.class,
              _ -> {
                ended.complete(0);
                return Behaviors.stopped();
              })
          .build();
    });
  }

  /** For a handle: completes with the exit code. */
  public static CompletionStage<Integer> exit(CompletableFuture<Integer> ended) {
    return ended.minimalCompletionStage();
  }

  private static TrialExecutor executor(SimulatedAgent.Trial trial) {
    return new TrialExecutor() {
      @Override
      public Ended run(TrialOrder order, Path directory, ProgressSink progress) {
        return new Ended.Done(trial.run(order, directory));
      }

      @Override
      public void cancel() {}
    };
  }
}
