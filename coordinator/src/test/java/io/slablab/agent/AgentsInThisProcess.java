package io.slablab.agent;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.DoorMessage;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.LinkMessage;
import io.slablab.agent.protocol.PulseMessage;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.spool.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Agents that are actors of the coordinator's own system: as many as a test likes, at no cost. */
public final class AgentsInThisProcess {
  private AgentsInThisProcess() {}

  /**
   * An agent that is inside at once, as one in a process of its own is after its knock.
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
    return agent(campaign, host, incarnation, workdir, trial, trialThread, ended, "");
  }

  /**
   * @param coordinator Pekko address; empty for the agent's own system
   */
  static Behavior<Void> agent(
      String campaign,
      String host,
      int incarnation,
      Path workdir,
      SimulatedAgent.Trial trial,
      Executor trialThread,
      CompletableFuture<Integer> ended,
      String coordinator)
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
      ActorRef<LinkMessage> link = context.spawn(answering(), "link");
      ActorRef<DoorMessage> door =
          ActorRefResolver.get(context.getSystem())
              .resolveActorRef(
                  (coordinator.isEmpty() ? context.getSystem().address() : coordinator)
                      + DoorMessage.PATH);
      door.tell(new DoorMessage.Enter(host, incarnation, face, link));
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

  private static Behavior<LinkMessage> answering() {
    return Behaviors.receiveMessage(message -> {
      if (message instanceof LinkMessage.Beat beat) {
        beat.pulse().tell(new PulseMessage.Alive(beat.number()));
      }
      return Behaviors.same();
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
