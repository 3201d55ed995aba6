package io.slablab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AgentActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ExecutorService THREAD = Executors.newSingleThreadExecutor();

  private final HeldTrials trials = new HeldTrials();
  private final ActorRef<AgentActor.Message> agent =
      KIT.spawn(
          AgentActor.create(() -> new HostDescribed("h", 1, 7, "25", "{}", "{}"), trials, THREAD));
  private final TestProbe<TrialEvent> events = KIT.createTestProbe(TrialEvent.class);

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
    THREAD.shutdownNow();
  }

  @Test
  void runsATrialAndTellsItsStory() {
    ask("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    trials.end(new TrialExecutor.Ended.Done(5.0));
    events.expectMessage(new TrialEvent.Progress("t-1", 1, 4.0));
    events.expectMessage(new TrialEvent.Finished("t-1", 5.0));
  }

  @Test
  void runsOneTrialAtATimeAndTheSameOneOnce() {
    ask("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    ask("t-1");
    ask("t-2");
    events.expectMessage(new TrialEvent.Busy("t-2", "t-1"));
    trials.end(new TrialExecutor.Ended.Done(5.0));
    events.expectMessage(new TrialEvent.Progress("t-1", 1, 4.0));
    events.expectMessage(new TrialEvent.Finished("t-1", 5.0));
    events.expectNoMessage();
    assertThat(trials.runs.get()).isEqualTo(1);
  }

  @Test
  void cancelEndsTheRunningTrialOnly() {
    ask("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    agent.tell(new AgentActor.Asked(new AgentCommand.CancelTrial("t-0")));
    events.expectNoMessage();
    agent.tell(new AgentActor.Asked(new AgentCommand.CancelTrial("t-1")));
    events.expectMessage(new TrialEvent.Progress("t-1", 1, 4.0));
    events.expectMessage(new TrialEvent.Failed("t-1", "cancelled", ""));
    ask("t-2");
    events.expectMessage(new TrialEvent.Accepted("t-2"));
    trials.end(new TrialExecutor.Ended.Done(1.0));
  }

  @Test
  void aTrialThatThrowsIsAFailedTrial() {
    ask("throw");
    events.expectMessage(new TrialEvent.Accepted("throw"));
    TrialEvent.Failed failed = events.expectMessageClass(TrialEvent.Failed.class);
    assertThat(failed.reason()).contains("on purpose");
  }

  @Test
  void describesItselfAlsoWhileATrialRuns() {
    TestProbe<HostDescribed> probe = KIT.createTestProbe(HostDescribed.class);
    ask("t-1");
    agent.tell(new AgentActor.Asked(new AgentCommand.Describe(probe.ref())));
    assertThat(probe.receiveMessage().host()).isEqualTo("h");
    trials.end(new TrialExecutor.Ended.Done(1.0));
  }

  private void ask(String id) {
    agent.tell(new AgentActor.Asked(new AgentCommand.RunTrial(order(id), "/d", events.ref())));
  }

  static TrialOrder order(String id) {
    return new TrialOrder(
        id,
        "h",
        "c",
        0,
        0,
        "baseline",
        "baseline",
        false,
        "exec",
        Map.of("live", "1"),
        "compact",
        List.of(0, 1),
        "local",
        1,
        2,
        1,
        42,
        true);
  }

  /** Trials that last until the test ends them. */
  private static final class HeldTrials implements TrialExecutor {
    final AtomicInteger runs = new AtomicInteger();
    private final BlockingQueue<Ended> ends = new ArrayBlockingQueue<>(4);

    void end(Ended how) {
      ends.add(how);
    }

    @Override
    public Ended run(TrialOrder order, Path directory, ProgressSink progress) {
      runs.incrementAndGet();
      if (order.id().equals("throw")) {
        throw new IllegalStateException("on purpose");
      }
      try {
        Ended how = ends.take();
        progress.iterationDone(1, 4.0);
        return how;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void cancel() {
      ends.add(new Ended.Failed("cancelled", ""));
    }
  }
}
