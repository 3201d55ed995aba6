package io.slablab.agent;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentCommand.CancelTrial;
import io.slablab.agent.protocol.AgentCommand.Describe;
import io.slablab.agent.protocol.AgentCommand.RunTrial;
import io.slablab.agent.protocol.AgentCommand.Shutdown;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * An agent: idle, or running one trial. A state is a method; each answers every command.
 *
 * <p>A command that comes twice is answered twice and done once: {@link RunTrial} of the running
 * trial is ignored, of another one refused as {@link TrialEvent.Busy}.
 */
final class AgentActor {

  /** What the actor itself is told: a coordinator's command or the end of its own trial. */
  sealed interface Message {}

  record Asked(AgentCommand command) implements Message {}

  private record Ended(RunTrial run, TrialExecutor.Ended how) implements Message {}

  private final ActorContext<Message> context;
  private final Supplier<HostDescribed> description;
  private final TrialExecutor trials;
  private final Executor trialThread;

  private AgentActor(
      ActorContext<Message> context,
      Supplier<HostDescribed> description,
      TrialExecutor trials,
      Executor trialThread) {
    this.context = context;
    this.description = description;
    this.trials = trials;
    this.trialThread = trialThread;
  }

  /**
   * @param description of this host; read anew at each question
   * @param trialThread runs the blocking {@link TrialExecutor#run}
   */
  static Behavior<Message> create(
      Supplier<HostDescribed> description, TrialExecutor trials, Executor trialThread) {
    return Behaviors.setup(
        context -> new AgentActor(context, description, trials, trialThread).idle());
  }

  private Behavior<Message> idle() {
    return Behaviors.receiveMessage(message ->
        switch (message) {
          case Asked(Describe(var replyTo)) -> describe(replyTo);
          case Asked(RunTrial run) -> start(run);
          case Asked(CancelTrial _) -> Behaviors.same();
          case Asked(Shutdown _) -> Behaviors.stopped();
          case Ended _ -> Behaviors.unhandled();
        });
  }

  private Behavior<Message> running(RunTrial current) {
    return Behaviors.receiveMessage(message ->
        switch (message) {
          case Asked(Describe(var replyTo)) -> describe(replyTo);
          case Asked(RunTrial other) -> refuse(other, current);
          case Asked(CancelTrial(var id)) -> cancel(id, current);
          case Asked(Shutdown _) -> {
            trials.cancel();
            yield Behaviors.stopped();
          }
          case Ended(var run, var how) -> finish(run, how);
        });
  }

  private Behavior<Message> describe(ActorRef<HostDescribed> replyTo) {
    replyTo.tell(description.get());
    return Behaviors.same();
  }

  private Behavior<Message> start(RunTrial run) {
    String id = run.order().id();
    run.replyTo().tell(new TrialEvent.Accepted(id));
    CompletionStage<TrialExecutor.Ended> end =
        CompletableFuture.supplyAsync(
            () ->
                trials.run(
                    run.order(),
                    Path.of(run.directory()),
                    (iteration, opsPerSecond) ->
                        run.replyTo().tell(new TrialEvent.Progress(id, iteration, opsPerSecond))),
            trialThread);
    context.pipeToSelf(end, (how, failure) -> new Ended(run, outcome(how, failure)));
    return running(run);
  }

  private static TrialExecutor.Ended outcome(TrialExecutor.Ended how, Throwable failure) {
    return failure == null ? how : new TrialExecutor.Ended.Failed(failure.toString(), "");
  }

  private Behavior<Message> refuse(RunTrial other, RunTrial current) {
    String running = current.order().id();
    if (!other.order().id().equals(running)) {
      other.replyTo().tell(new TrialEvent.Busy(other.order().id(), running));
    }
    return Behaviors.same();
  }

  private Behavior<Message> cancel(String trialId, RunTrial current) {
    if (current.order().id().equals(trialId)) {
      trials.cancel();
    }
    return Behaviors.same();
  }

  private Behavior<Message> finish(RunTrial run, TrialExecutor.Ended how) {
    String id = run.order().id();
    run.replyTo()
        .tell(
            switch (how) {
              case TrialExecutor.Ended.Done(var opsPerSecond) ->
                  new TrialEvent.Finished(id, opsPerSecond);
              case TrialExecutor.Ended.Failed(var reason, var stderrTail) ->
                  new TrialEvent.Failed(id, reason, stderrTail);
            });
    return idle();
  }
}
