package io.slablab.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialFile;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.agent.spool.Spool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final ExecutorService THREAD = Executors.newSingleThreadExecutor();
  private static final Duration PARKED_AT_MOST = Duration.ofMinutes(10);

  @TempDir Path folder;
  private final HeldTrials trials = new HeldTrials();
  private final TestProbe<AgentEvent> events = KIT.createTestProbe(AgentEvent.class);
  private TrialDesk desk;
  private ActorRef<AgentActor.Message> agent;

  @BeforeEach
  void spawn() throws IOException {
    desk = new TrialDesk(trials, Spool.open(folder.resolve("spool")), THREAD);
    agent = actor(desk);
  }

  private static ActorRef<AgentActor.Message> actor(TrialDesk desk) {
    return KIT.spawn(
        AgentActor.create(
            "camp",
            () -> new HostDescribed("h", 1, 7, "25", "b", "{}", "{}", "", ""),
            desk,
            PARKED_AT_MOST));
  }

  /** The desk writes what a trial left after its test has said all it had to say. */
  @AfterEach
  void awaitTheDesk() throws Exception {
    KIT.stop(agent);
    desk.abandon();
    THREAD.submit(() -> {}).get(10, TimeUnit.SECONDS);
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
    THREAD.shutdownNow();
  }

  @Test
  void runsATrialAndTellsItsStoryUntilItIsAcknowledged() {
    attach();
    run("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    trials.end(new TrialExecutor.Ended.Done(5.0));
    events.expectMessage(new TrialEvent.Progress("t-1", 1, 4.0));
    TrialResult result = ended();
    assertThat(result.done()).isTrue();
    assertThat(result.opsPerSecond()).isEqualTo(5.0);
    assertThat(result.fault()).isEmpty();
    TIME.timePasses(Duration.ofSeconds(5));
    assertThat(ended()).as("told again").isEqualTo(result);
    ask(new AgentCommand.SendChunk("t-1", TrialFile.TRIAL, 2));
    TrialEvent.Chunk chunk = events.expectMessageClass(TrialEvent.Chunk.class);
    assertThat(new String(chunk.data())).isEqualTo("-1}");
    ask(new AgentCommand.Acknowledge("t-1", result.digest()));
    ask(new AgentCommand.SendChunk("t-1", TrialFile.TRIAL, 0));
    events.expectMessageClass(TrialEvent.NotHeld.class);
    assertThat(desk.held()).isEmpty();
  }

  @Test
  void runsOneTrialAtATimeAndTheSameOneOnce() {
    attach();
    run("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    run("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    run("t-2");
    events.expectMessage(new TrialEvent.Busy("t-2", "t-1"));
    trials.end(new TrialExecutor.Ended.Done(5.0));
    events.expectMessage(new TrialEvent.Progress("t-1", 1, 4.0));
    ended();
    assertThat(trials.runs.get()).isEqualTo(1);
  }

  @Test
  void startsNoTrialWhileOneWaitsForItsAcknowledgement() {
    attach();
    TrialResult first = runToEnd("t-1");
    run("t-2");
    assertThat(ended()).isEqualTo(first);
    ask(new AgentCommand.Acknowledge("t-1", "another digest"));
    run("t-2");
    assertThat(ended()).isEqualTo(first);
    ask(new AgentCommand.Acknowledge("t-1", first.digest()));
    run("t-2");
    events.expectMessage(new TrialEvent.Accepted("t-2"));
    trials.end(new TrialExecutor.Ended.Done(1.0));
  }

  @Test
  void cancelEndsTheRunningTrialOnly() {
    attach();
    run("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    ask(new AgentCommand.CancelTrial("t-0"));
    ask(new AgentCommand.CancelTrial("t-1"));
    events.expectMessage(new TrialEvent.Progress("t-1", 1, 4.0));
    TrialResult result = ended();
    assertThat(result.done()).isFalse();
    assertThat(result.reason()).isEqualTo("cancelled");
  }

  @Test
  void aTrialThatThrowsIsAFailedTrial() {
    attach();
    run("throw");
    events.expectMessage(new TrialEvent.Accepted("throw"));
    assertThat(ended().reason()).contains("on purpose");
  }

  @Test
  void aCoordinatorThatComesBackFindsTheTrialThatRanMeanwhile() {
    attach();
    run("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    TestProbe<AgentEvent> second = KIT.createTestProbe(AgentEvent.class);
    ask(new AgentCommand.Attach("camp", 2, second.ref()));
    assertThat(second.expectMessageClass(HostDescribed.class).runningTrialId()).isEqualTo("t-1");
    trials.end(new TrialExecutor.Ended.Done(5.0));
    second.expectMessage(new TrialEvent.Progress("t-1", 1, 4.0));
    second.expectMessageClass(TrialEvent.Ended.class);
    TestProbe<AgentEvent> third = KIT.createTestProbe(AgentEvent.class);
    ask(new AgentCommand.Attach("camp", 3, third.ref()));
    assertThat(third.expectMessageClass(HostDescribed.class).heldTrialId()).isEqualTo("t-1");
    third.expectMessageClass(TrialEvent.Ended.class);
    events.expectNoMessage(Duration.ofMillis(20));
  }

  @Test
  void aHeldTrialOutlivesItsAgent() throws IOException {
    attach();
    TrialResult result = runToEnd("t-1");
    TrialDesk next = new TrialDesk(trials, Spool.open(folder.resolve("spool")), THREAD);
    ActorRef<AgentActor.Message> successor = actor(next);
    TestProbe<AgentEvent> probe = KIT.createTestProbe(AgentEvent.class);
    successor.tell(new AgentActor.Asked(new AgentCommand.Attach("camp", 1, probe.ref())));
    assertThat(probe.expectMessageClass(HostDescribed.class).heldTrialId()).isEqualTo("t-1");
    assertThat(probe.expectMessageClass(TrialEvent.Ended.class).result()).isEqualTo(result);
  }

  @Test
  void refusesASecondCoordinatorAnEarlierOneAndAnotherCampaigns() {
    attach();
    TestProbe<AgentEvent> other = KIT.createTestProbe(AgentEvent.class);
    ask(new AgentCommand.Attach("camp", 1, other.ref()));
    assertThat(refusal(other)).contains("has a coordinator");
    ask(new AgentCommand.Attach("another", 9, other.ref()));
    assertThat(refusal(other)).contains("serves campaign camp");
    ask(new AgentCommand.Attach("camp", 2, KIT.createTestProbe(AgentEvent.class).ref()));
    ask(new AgentCommand.Attach("camp", 1, other.ref()));
    assertThat(refusal(other)).contains("later start");
  }

  @Test
  void withoutACoordinatorItIsParkedForAWhileAndThenStops() {
    attach();
    TestProbe<Object> watcher = KIT.createTestProbe();
    events.stop();
    watcher.expectNoMessage(Duration.ofMillis(50)); // until the agent has heard of it
    TIME.timePasses(PARKED_AT_MOST.minusSeconds(1));
    TestProbe<AgentEvent> second = KIT.createTestProbe(AgentEvent.class);
    ask(new AgentCommand.Attach("camp", 2, second.ref()));
    second.expectMessageClass(HostDescribed.class);
    TIME.timePasses(PARKED_AT_MOST);
    ask(new AgentCommand.Attach("camp", 2, second.ref()));
    second.expectMessageClass(HostDescribed.class);
    second.stop();
    watcher.expectNoMessage(Duration.ofMillis(50));
    TIME.timePasses(PARKED_AT_MOST);
    watcher.expectTerminated(agent);
  }

  @Test
  void anAgentThatIsToldToStopHoldsNoFailedTrial() throws IOException {
    attach();
    run("t-1");
    events.expectMessage(new TrialEvent.Accepted("t-1"));
    ask(new AgentCommand.Shutdown("over"));
    KIT.createTestProbe().expectTerminated(agent);
    events.expectNoMessage(Duration.ofMillis(50));
    assertThat(Spool.open(folder.resolve("spool")).held()).isEmpty();
  }

  private static String refusal(TestProbe<AgentEvent> probe) {
    return probe.expectMessageClass(AgentEvent.AttachRefused.class).reason();
  }

  private void attach() {
    ask(new AgentCommand.Attach("camp", 1, events.ref()));
    assertThat(events.expectMessageClass(HostDescribed.class).host()).isEqualTo("h");
  }

  private TrialResult runToEnd(String id) {
    run(id);
    events.expectMessage(new TrialEvent.Accepted(id));
    trials.end(new TrialExecutor.Ended.Done(5.0));
    events.expectMessage(new TrialEvent.Progress(id, 1, 4.0));
    return ended();
  }

  private TrialResult ended() {
    return events.expectMessageClass(TrialEvent.Ended.class).result();
  }

  private void run(String id) {
    ask(new AgentCommand.RunTrial(order(id), 1));
  }

  private void ask(AgentCommand command) {
    agent.tell(new AgentActor.Asked(command));
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
        Files.writeString(directory.resolve("trial.json"), "{" + order.id() + "}");
        progress.iterationDone(1, 4.0);
        return how;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void cancel() {
      ends.add(new Ended.Failed("cancelled", ""));
    }
  }
}
