package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentHandle;
import io.slablab.coordinator.deploy.link.Door;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deadlines of a host's actor, on a clock of the test's. */
class HostActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Deadlines DEADLINES = Deadlines.DEFAULT;

  @TempDir Path folder;
  private final BlockingQueue<Started> starts = new LinkedBlockingQueue<>();
  private final TestProbe<HostActor.Over> over = KIT.createTestProbe(HostActor.Over.class);
  private final TestProbe<AgentCommand> agent = KIT.createTestProbe(AgentCommand.class);
  private final TestProbe<Door.Message> door = KIT.createTestProbe(Door.Message.class);
  private final List<TrialOrder> orders = Orders.of("h", 2);
  private String campaign = "";
  private ActorRef<HostActor.Message> host;

  /** An agent's process that ends when it is stopped. */
  private record Started(int incarnation, CompletableFuture<Integer> exit) implements AgentHandle {
    @Override
    public long pid() {
      return 7;
    }

    @Override
    public CompletionStage<Integer> onExit() {
      return exit;
    }

    @Override
    public String logTail() {
      return "its last line";
    }

    @Override
    public void stop(Duration patience) {
      exit.complete(137);
    }
  }

  @BeforeEach
  void spawn() throws IOException {
    campaign = folder.getFileName().toString();
    RunDirectory run = new RunDirectory(folder.resolve("run"));
    run.create();
    HostActor.Setup setup =
        new HostActor.Setup(
            campaign,
            "h",
            (_, incarnation) -> {
              Started started = new Started(incarnation, new CompletableFuture<>());
              starts.add(started);
              return started;
            },
            "pekko://seed",
            door.ref(),
            1,
            _ -> {},
            over.ref()::tell);
    host =
        KIT.spawn(
            HostActor.create(
                setup,
                outside ->
                    new HostSession(
                        "h",
                        new HostTrials(orders),
                        new HostRecords("h", run, _ -> {}),
                        outside,
                        Silence.INSTANCE,
                        TrialJudge.LENIENT,
                        DEADLINES,
                        HostLimits.DEFAULT)));
  }

  /** The host's actor writes into the folder until it has ended. */
  @AfterEach
  void endTheHost() {
    KIT.stop(host);
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void aHostWhoseAgentsNeverComeIsSetAsideAfterThreeStarts() throws Exception {
    for (int start = 1; start <= 3; start++) {
      assertThat(started().incarnation()).isEqualTo(start);
      settle();
      TIME.timePasses(DEADLINES.agentReady());
      settle();
      TIME.timePasses(DEADLINES.beforeStart(start));
    }
    HostActor.Over end = over.receiveMessage();
    assertThat(end.setAside()).contains("no agent within 60 s");
    assertThat(starts).isEmpty();
  }

  @Test
  void anAgentThatEndsIsReplacedAndItsWordsAreKept() throws Exception {
    for (int start = 1; start <= 3; start++) {
      started().exit().complete(1);
      settle();
      TIME.timePasses(DEADLINES.beforeStart(start));
    }
    assertThat(over.receiveMessage().setAside())
        .isEqualTo("the agent ended (exit code 1): its last line");
  }

  @Test
  void anAgentThatEndedUnseenWasKilledByNoSignal() throws Exception {
    for (int start = 1; start <= 3; start++) {
      started().exit().complete(AgentHandle.UNSEEN);
      settle();
      TIME.timePasses(DEADLINES.beforeStart(start));
    }
    assertThat(over.receiveMessage().setAside())
        .isEqualTo("the agent is gone, and nobody saw its end");
  }

  @Test
  void anOrderIsToldAgainAndATrialThatIsLateIsCancelled() throws Exception {
    started();
    AgentCommand.Attach attach = register();
    attach.coordinator().tell(new HostDescribed("h", 1, 7, "25", "boot", "{}", "{}", "", ""));
    assertThat(agent.expectMessageClass(AgentCommand.RunTrial.class).order())
        .isEqualTo(orders.get(0));
    TIME.timePasses(DEADLINES.accept().dividedBy(Deadlines.ASKS));
    agent.expectMessageClass(AgentCommand.RunTrial.class);
    attach.coordinator().tell(new TrialEvent.Accepted(orders.get(0).id()));
    settle();
    TIME.timePasses(DEADLINES.trial(1, 1));
    assertThat(agent.expectMessageClass(AgentCommand.CancelTrial.class).trialId())
        .isEqualTo(orders.get(0).id());
    TIME.timePasses(DEADLINES.cancel());
    assertThat(started().incarnation()).as("it hangs").isEqualTo(2);
  }

  @Test
  void anAgentThatWasLostAndIsSeenAgainIsGreetedAgain() throws Exception {
    started();
    Door.Expect expected = door.expectMessageClass(Door.Expect.class);
    expected.told().tell(new Door.Sighting.Here(1, agent.ref()));
    AgentCommand.Attach attach = agent.expectMessageClass(AgentCommand.Attach.class);
    attach.coordinator().tell(new HostDescribed("h", 1, 7, "25", "boot", "{}", "{}", "", ""));
    agent.expectMessageClass(AgentCommand.RunTrial.class);
    expected.told().tell(new Door.Sighting.Lost(1));
    TestProbe<AgentCommand> again = KIT.createTestProbe(AgentCommand.class);
    expected.told().tell(new Door.Sighting.Here(1, again.ref()));
    again.expectMessageClass(AgentCommand.Attach.class);
    agent.stop(); // of the lost connection: no news
    settle();
    TIME.timePasses(DEADLINES.rejoin());
    settle();
    assertThat(starts).isEmpty();
  }

  @Test
  void anAgentThatComesByAnotherConnectionBeforeItWasMissedIsGreetedAgain() throws Exception {
    started();
    Door.Expect expected = door.expectMessageClass(Door.Expect.class);
    expected.told().tell(new Door.Sighting.Here(1, agent.ref()));
    AgentCommand.Attach attach = agent.expectMessageClass(AgentCommand.Attach.class);
    attach.coordinator().tell(new HostDescribed("h", 1, 7, "25", "boot", "{}", "{}", "", ""));
    agent.expectMessageClass(AgentCommand.RunTrial.class);
    attach.coordinator().tell(new TrialEvent.Accepted(orders.get(0).id()));
    TestProbe<AgentCommand> again = KIT.createTestProbe(AgentCommand.class);
    expected.told().tell(new Door.Sighting.Here(1, again.ref()));
    AgentCommand.Attach anew = again.expectMessageClass(AgentCommand.Attach.class);
    anew.coordinator().tell(new HostDescribed("h", 1, 7, "25", "boot", "{}", "{}", "", ""));
    assertThat(again.expectMessageClass(AgentCommand.RunTrial.class).order())
        .as("the agent has nothing of it")
        .isEqualTo(orders.get(0));
    assertThat(starts).isEmpty();
  }

  @Test
  void aStopEndsTheAgentAndTheActor() throws Exception {
    Started first = started();
    host.tell(new HostActor.Stop());
    over.receiveMessage();
    assertThat(first.exit()).isCompletedWithValue(137);
    KIT.createTestProbe().expectTerminated(host);
  }

  private AgentCommand.Attach register() {
    Door.Expect expected = door.expectMessageClass(Door.Expect.class);
    assertThat(expected.host()).isEqualTo("h");
    expected.told().tell(new Door.Sighting.Here(expected.incarnation(), agent.ref()));
    return agent.expectMessageClass(AgentCommand.Attach.class);
  }

  private Started started() throws InterruptedException {
    Started next = starts.poll(5, TimeUnit.SECONDS);
    assertThat(next).as("an agent was started").isNotNull();
    return next;
  }

  /** Until what is on its way has arrived; nothing tells when a message caused none. */
  private void settle() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(60);
  }
}
