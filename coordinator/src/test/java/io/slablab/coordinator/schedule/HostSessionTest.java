package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.AgentEvent;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialFile;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.agent.protocol.TrialResult.Piece;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.store.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostSessionTest {
  private static final int FAILURES = 3;

  @TempDir Path folder;
  private List<TrialOrder> orders = Orders.of("h", 3);
  private final List<JournalRecord> journal = new ArrayList<>();
  private final Recorder outside = new Recorder();
  private RunDirectory run;
  private HostTrials trials;
  private TrialJudge judge = TrialJudge.LENIENT;
  private Optional<String> unfit = Optional.empty();
  private Deadlines deadlines = Deadlines.DEFAULT;
  private HostSession session;

  @BeforeEach
  void begin() throws IOException {
    run = new RunDirectory(folder.resolve("run" + orders.size()));
    run.create();
    trials = new HostTrials(orders);
    session =
        new HostSession(
            "h",
            trials,
            new HostRecords("h", run, journal::add),
            outside,
            Silence.INSTANCE,
            new TrialJudge() {
              @Override
              public Optional<String> taint(TrialOrder order, Path files) throws IOException {
                return judge.taint(order, files);
              }

              @Override
              public Optional<String> unfit(String host, int incarnation, String conditions) {
                return unfit;
              }
            },
            deadlines,
            new HostLimits(FAILURES, 1));
    session.begin();
  }

  @Test
  void trialsRunInPlannedOrderOneAtATimeAndTheLastOneEndsTheSession() throws IOException {
    ready(1, "", "");
    for (int i = 0; i < 3; i++) {
      assertThat(outside.sent).last().isEqualTo(new AgentCommand.RunTrial(orders.get(i), 1));
      accept(i);
      TrialResult result = deliver(i, 1, "done");
      assertThat(outside.sent).contains(new AgentCommand.Acknowledge(id(i), result.digest()));
      assertThat(run.trial("h", "c", i, "baseline").resolve("trial.json")).exists();
    }
    assertThat(outside.sent).last().isInstanceOf(AgentCommand.Shutdown.class);
    assertThat(session.isOver()).isFalse();
    session.exited(1, "exit code 0");
    assertThat(session.isOver()).isTrue();
    assertThat(session.setAside()).isEmpty();
    assertThat(trials.done()).isEqualTo(3);
  }

  @Test
  void aTrialIsAcknowledgedOnlyAfterItsRecord() throws IOException {
    ready(1, "", "");
    accept(0);
    outside.onSend =
        command -> {
          if (command instanceof AgentCommand.Acknowledge) {
            assertThat(journal).last().isInstanceOf(JournalRecord.TrialDone.class);
            assertThat(run.trial("h", "c", 0, "baseline")).exists();
          }
        };
    deliver(0, 1, "done");
    assertThat(outside.sent).anyMatch(AgentCommand.Acknowledge.class::isInstance);
  }

  @Test
  void aTrialThatIsToldAgainIsAcknowledgedAgainAndCountedOnce() throws IOException {
    ready(1, "", "");
    accept(0);
    TrialResult result = deliver(0, 1, "done");
    outside.sent.clear();
    session.heard(new TrialEvent.Ended(result));
    assertThat(outside.sent)
        .containsExactly(
            new AgentCommand.Acknowledge(id(0), result.digest()),
            new AgentCommand.RunTrial(orders.get(1), 1));
    assertThat(trials.done()).isEqualTo(1);
  }

  @Test
  void whatIsBroughtToAHostTakesNoTimeFromItsAgentsStart() throws IOException {
    deadlines = Deadlines.OVER_SSH;
    orders = Orders.of("h", 4);
    begin();
    assertThat(outside.alarms).containsEntry(Alarm.READY, Duration.ofSeconds(15 * 60 + 60));
    session.launched(1);
    assertThat(outside.alarms).containsEntry(Alarm.READY, Duration.ofSeconds(60));
    outside.ring(session, Alarm.READY);
    assertThat(journal)
        .last()
        .isEqualTo(new JournalRecord.HostAway("h", "no agent within 60 s of its start"));
    session.launched(1);
    assertThat(outside.alarms)
        .as("told of the one before")
        .containsEntry(Alarm.READY, Duration.ofSeconds(15 * 60 + 60));
  }

  @Test
  void anOrderThatIsNotAnsweredIsToldAgainAndThenTheAgentIsReplaced() throws IOException {
    ready(1, "", "");
    for (int i = 1; i < Deadlines.ASKS; i++) {
      outside.ring(session, Alarm.ACCEPT);
    }
    assertThat(outside.sent).filteredOn(AgentCommand.RunTrial.class::isInstance).hasSize(5);
    outside.ring(session, Alarm.ACCEPT);
    assertThat(outside.starts).containsExactly(1, 2);
    assertThat(outside.stops).isEqualTo(1);
  }

  @Test
  void aLateTrialIsCancelledAndSaysSo() throws IOException {
    ready(1, "", "");
    accept(0);
    outside.ring(session, Alarm.TRIAL);
    assertThat(outside.sent).last().isEqualTo(new AgentCommand.CancelTrial(id(0)));
    session.heard(new TrialEvent.Ended(TrialResult.failed(id(0), 1, "cancelled", "", List.of())));
    assertThat(failure(0)).isEqualTo("not over in time: cancelled");
    assertThat(outside.sent).last().isEqualTo(new AgentCommand.RunTrial(orders.get(1), 1));
  }

  @Test
  void anAgentThatDoesNotEndALateTrialIsReplacedAndTheTrialHasFailed() throws IOException {
    ready(1, "", "");
    accept(0);
    outside.ring(session, Alarm.TRIAL);
    outside.ring(session, Alarm.CANCEL);
    ready(2, "", "");
    assertThat(failure(0)).contains("did not end a trial that was late");
  }

  @Test
  void aTrialWhoseAgentDiedHasFailedUnlessTheNextAgentHoldsIt() throws IOException {
    ready(1, "", "");
    accept(0);
    session.exited(1, "killed by signal 9");
    assertThat(trials.failed()).as("not known yet").isZero();
    ready(2, "", id(0));
    deliver(0, 1, "done");
    assertThat(trials.done()).isEqualTo(1);
    accept(1);
    session.exited(2, "killed by signal 9");
    ready(3, "", "");
    assertThat(failure(1)).isEqualTo("killed by signal 9");
  }

  @Test
  void aHostThatWasBootedAnewSaysSo() throws IOException {
    ready(1, "", "");
    accept(0);
    session.disconnected(1);
    outside.ring(session, Alarm.REJOIN);
    session.seen(2);
    session.heard(described(2, "boot-2", "", ""));
    assertThat(failure(0)).contains("booted anew", "boot id boot-1, now boot-2");
    assertThat(trials.next()).contains(orders.get(1));
  }

  @Test
  void aTrialGoesOnWhileTheLinkIsCut() throws IOException {
    ready(1, "", "");
    accept(0);
    session.disconnected(1);
    session.seen(1);
    session.heard(described(1, "boot-1", id(0), ""));
    deliver(0, 1, "done");
    assertThat(trials.done()).isEqualTo(1);
    assertThat(outside.starts).containsExactly(1);
  }

  @Test
  void anOrderThatNeverArrivedIsToldAgainByTheSameAgent() throws IOException {
    ready(1, "", "");
    session.disconnected(1);
    session.seen(1);
    session.heard(described(1, "boot-1", "", ""));
    assertThat(outside.sent).last().isEqualTo(new AgentCommand.RunTrial(orders.get(0), 1));
    assertThat(trials.failed()).isZero();
  }

  @Test
  void aResumedSessionTakesOverWhatTheAgentRunsOrHolds() throws IOException {
    ready(1, id(1), "");
    assertThat(outside.sent).noneMatch(AgentCommand.RunTrial.class::isInstance);
    deliver(1, 1, "done");
    assertThat(trials.isRecorded(id(1))).isTrue();
    assertThat(outside.sent).last().isEqualTo(new AgentCommand.RunTrial(orders.get(0), 1));
  }

  @Test
  void aHostThatFailsThreeTimesInARowIsSetAsideAndItsTrialsAreMissing() throws IOException {
    ready(1, "", "");
    accept(0);
    session.exited(1, "killed by signal 9");
    assertThat(outside.starts).as("at once").containsExactly(1, 2);
    session.exited(2, "no space left");
    assertThat(outside.starts).as("after a pause").containsExactly(1, 2);
    outside.ring(session, Alarm.RESTART);
    session.exited(3, "no space left");
    assertThat(session.isOver()).isTrue();
    assertThat(session.setAside()).contains("no space left");
    assertThat(journal).last().isEqualTo(new JournalRecord.HostLost("h", "no space left"));
    assertThat(trials.failed()).as("the open one").isEqualTo(1);
    assertThat(failure(0)).as("what it died of").isEqualTo("killed by signal 9");
    assertThat(trials.allMissing()).containsExactly(orders.get(1), orders.get(2));
  }

  @Test
  void aTrialThatIsDoneEndsTheRowOfFailures() throws IOException {
    orders = Orders.of("h", 7);
    begin();
    for (int agent = 1; agent <= 5; agent += 2) {
      ready(agent, "", "");
      deliver(agent - 1, 1, "done");
      session.exited(agent, "killed by signal 9");
      session.exited(agent + 1, "killed by signal 9");
      outside.ring(session, Alarm.RESTART);
    }
    assertThat(trials.done()).as("six failures, at most two in a row").isEqualTo(3);
    assertThat(session.setAside()).isEmpty();
  }

  @Test
  void aHostWhoseTrialsFailOneAfterAnotherIsSetAsideAndSaysWhy() throws IOException {
    orders = Orders.of("h", 6);
    begin();
    ready(1, "", "");
    deliver(0, 1, "done");
    for (int trial = 1; trial <= FAILURES; trial++) {
      assertThat(session.isOver()).isFalse();
      failTrial(trial, "No space left on device\n\tat somewhere");
    }
    assertThat(session.isOver()).isTrue();
    assertThat(session.setAside().orElse(""))
        .startsWith("3 failures in a row and no trial done, the last: No space left on device")
        .doesNotContain("\n");
    assertThat(journal).last().isInstanceOf(JournalRecord.HostLost.class);
    assertThat(outside.stops).as("its agent goes").isEqualTo(1);
    assertThat(trials.failed()).isEqualTo(FAILURES);
    assertThat(trials.allMissing()).containsExactly(orders.get(4), orders.get(5));
  }

  @Test
  void failuresOfAgentAndTrialsAreOneRowAndATrialThatIsDoneEndsIt() throws IOException {
    orders = Orders.of("h", 8);
    begin();
    ready(1, "", "");
    failTrial(0, "no");
    failTrial(1, "no");
    deliver(2, 1, "done");
    failTrial(3, "no");
    accept(4);
    session.exited(1, "killed by signal 9");
    outside.ring(session, Alarm.RESTART);
    ready(2, "", "");
    assertThat(trials.failed()).as("with the one whose agent died").isEqualTo(4);
    assertThat(session.setAside()).isEmpty();
    failTrial(5, "no");
    assertThat(session.setAside()).isPresent();
  }

  @Test
  void trialsOfAVariantThatIsNeverDoneDoNotCostTheHost() throws IOException {
    orders =
        List.of(
            Orders.variant("h", 0, "baseline"),
            Orders.variant("h", 0, "broken"),
            Orders.variant("h", 1, "broken"),
            Orders.variant("h", 2, "broken"),
            Orders.variant("h", 3, "broken"),
            Orders.variant("h", 1, "baseline"));
    begin();
    ready(1, "", "");
    deliver(0, 1, "done");
    for (int trial = 1; trial <= 4; trial++) {
      failTrial(trial, "a lock is taken twice");
    }
    deliver(5, 1, "done");
    assertThat(session.setAside()).isEmpty();
    assertThat(trials.done()).isEqualTo(2);
    assertThat(trials.failed()).isEqualTo(4);
  }

  @Test
  void aLastTrialThatFailsSetsNoHostAside() throws IOException {
    ready(1, "", "");
    for (int trial = 0; trial < 3; trial++) {
      failTrial(trial, "no");
    }
    assertThat(outside.sent).last().isInstanceOf(AgentCommand.Shutdown.class);
    assertThat(session.setAside()).isEmpty();
  }

  private void failTrial(int trial, String reason) throws IOException {
    accept(trial);
    session.heard(new TrialEvent.Ended(TrialResult.failed(id(trial), 1, reason, "", List.of())));
  }

  @Test
  void aHostThatComesAndGoesWithoutATrialDoneIsSetAside() throws IOException {
    ready(1, "", "");
    accept(0);
    for (int i = 1; i < FAILURES; i++) {
      session.disconnected(1);
      session.seen(1);
      session.heard(described(1, "boot-1", id(0), ""));
    }
    session.disconnected(1);
    assertThat(session.setAside()).isPresent();
  }

  @Test
  void anAgentThatRefusesIsNotStartedAgain() throws IOException {
    session.seen(1);
    session.heard(new AgentEvent.AttachRefused("h", "has a coordinator\nand \u001b[31mmore"));
    assertThat(session.setAside()).contains("the agent refused: has a coordinator");
    assertThat(outside.starts).containsExactly(1);
  }

  @Test
  void aHostThatBreaksTheContractGetsNoOrderAndWhatItHoldsIsStillCollected() throws IOException {
    ready(1, "", "");
    accept(0);
    session.exited(1, "the host was booted");
    unfit = Optional.of("host h: governor: powersave");
    ready(2, "", id(0));
    deliver(0, 1, "done");

    assertThat(trials.done()).isEqualTo(1);
    assertThat(session.setAside()).contains("host h: governor: powersave");
    assertThat(session.isOver()).isTrue();
    assertThat(outside.sent)
        .filteredOn(AgentCommand.RunTrial.class::isInstance)
        .as("of the first agent")
        .hasSize(1);
  }

  @Test
  void conditionsAreKeptPerBoot() throws IOException {
    ready(1, "", "");
    session.exited(1, "killed");
    ready(2, "", "");
    session.exited(2, "killed");
    outside.ring(session, Alarm.RESTART);
    session.heard(described(3, "boot-2", "", ""));

    assertThat(run.host("h").resolve("conditions.json")).exists();
    assertThat(run.host("h").resolve("conditions-2.json")).exists();
    assertThat(run.host("h").resolve("conditions-3.json")).doesNotExist();
  }

  @Test
  void aDisturbedTrialRunsAgainAndItsFilesAreKeptAside() throws IOException {
    List<String> taints = new ArrayList<>(List.of("steal 3 %"));
    judge = (_, _) -> taints.isEmpty() ? Optional.empty() : Optional.of(taints.removeFirst());
    ready(1, "", "");
    accept(0);
    TrialResult first = deliver(0, 1, "done");
    assertThat(outside.sent)
        .endsWith(
            new AgentCommand.Acknowledge(id(0), first.digest()),
            new AgentCommand.RunTrial(orders.get(0), 2));
    assertThat(run.taintedTrial("h", "c", 0, "baseline", 1).resolve("trial.json")).exists();
    session.heard(new TrialEvent.Ended(first)); // told again: it is not the second run
    assertThat(trials.done()).isZero();
    accept(0);
    deliver(0, 2, "done");
    assertThat(trials.done()).isEqualTo(1);
  }

  @Test
  void aHostThatDescribesItselfInNoJsonIsSetAside() throws IOException {
    session.seen(1);
    session.heard(new HostDescribed("h", 1, 7, "25", "b", "{}", "[1,", "", ""));
    assertThat(session.setAside()).isPresent();
    assertThat(run.host("h").resolve("conditions.json")).doesNotExist();
  }

  @Test
  void aTrialThatIsDisturbedEachTimeHasFailed() throws IOException {
    judge = (_, _) -> Optional.of("steal 3 %");
    ready(1, "", "");
    deliver(0, 1, "done");
    deliver(0, 2, "done");
    assertThat(failure(0)).isEqualTo("disturbed in each of 2 runs, at last: steal 3 %");
  }

  @Test
  void anAgentCannotSpeakForAnotherTrialNorSendWhatCannotBeRead() throws IOException {
    ready(1, "", "");
    accept(0);
    deliver(0, 1, Orders.trialJson(orders.get(1), "done"), 1);
    assertThat(failure(0)).contains("tells of another trial");
    accept(1);
    deliver(1, 1, "{[", 1);
    assertThat(failure(1)).contains("no JSON");
    accept(2);
    deliver(2, 1, Orders.trialJson(orders.get(2), "done").replace("\"ops\":10", "\"x\":1"), 1);
    assertThat(failure(2)).contains("lacks ops");
    assertThat(trials.done()).isZero();
  }

  @Test
  void aResultThatIsNotSoundIsNotAskedFor() throws IOException {
    ready(1, "", "");
    accept(0);
    outside.sent.clear();
    session.heard(
        new TrialEvent.Ended(
            TrialResult.done(
                id(0), 1, 1.0, List.of(new Piece(TrialFile.TRIAL, Long.MAX_VALUE, "ab")))));
    assertThat(outside.sent).noneMatch(AgentCommand.SendChunk.class::isInstance);
    assertThat(failure(0)).contains("not sound", "trial.json has 9223372036854775807 bytes");
  }

  @Test
  void filesThatComeTornAreAskedForAnewAndThenTheTrialHasFailed() throws IOException {
    ready(1, "", "");
    accept(0);
    String json = Orders.trialJson(orders.getFirst(), "done");
    deliver(0, 1, json, 3, "x" + json.substring(1));
    assertThat(failure(0)).contains("did not arrive whole");
  }

  @Test
  void anInterruptLeavesTheOpenTrialUnrecordedAndNoFilesBehind() throws IOException {
    ready(1, "", "");
    accept(0);
    session.heard(new TrialEvent.Ended(result(0, 1, "{}")));
    session.stop();
    assertThat(session.isOver()).isTrue();
    assertThat(trials.missing()).isEqualTo(3);
    try (var inside = Files.list(run.trials())) {
      assertThat(inside).isEmpty();
    }
  }

  private String id(int trial) {
    return orders.get(trial).id();
  }

  private void ready(int incarnation, String running, String held) throws IOException {
    session.seen(incarnation);
    session.heard(described(incarnation, "boot-1", running, held));
  }

  private static HostDescribed described(
      int incarnation, String bootId, String running, String held) {
    String conditions = "{\"evidence\":{\"bootId\":\"" + bootId + "\"}}";
    return new HostDescribed("h", incarnation, 7, "25", bootId, "{}", conditions, running, held);
  }

  private void accept(int trial) throws IOException {
    session.heard(new TrialEvent.Accepted(id(trial)));
  }

  private String failure(int trial) {
    return journal.stream()
        .filter(JournalRecord.TrialFailed.class::isInstance)
        .map(JournalRecord.TrialFailed.class::cast)
        .filter(failed -> failed.trial().equals(id(trial)))
        .map(JournalRecord.TrialFailed::reason)
        .findFirst()
        .orElse("none");
  }

  private TrialResult deliver(int trial, int attempt, String status) throws IOException {
    String json = Orders.trialJson(orders.get(trial), status);
    TrialResult result = result(trial, attempt, json);
    send(result, trial, json);
    return result;
  }

  private void deliver(int trial, int attempt, String json, int times) throws IOException {
    deliver(trial, attempt, json, times, json);
  }

  private void deliver(int trial, int attempt, String announced, int times, String sent)
      throws IOException {
    TrialResult result = result(trial, attempt, announced);
    session.heard(new TrialEvent.Ended(result));
    for (int i = 0; i < times; i++) {
      chunk(trial, sent);
    }
  }

  private void send(TrialResult result, int trial, String json) throws IOException {
    session.heard(new TrialEvent.Ended(result));
    chunk(trial, json);
  }

  private void chunk(int trial, String json) throws IOException {
    session.heard(
        TrialEvent.Chunk.of(id(trial), TrialFile.TRIAL, 0, json.getBytes(StandardCharsets.UTF_8)));
  }

  private TrialResult result(int trial, int attempt, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    String sha256 = HexFormat.of().formatHex(TrialResult.sha256().digest(bytes));
    return TrialResult.done(
        id(trial), attempt, 1e6, List.of(new Piece(TrialFile.TRIAL, bytes.length, sha256)));
  }

  /** What the session did. */
  private static final class Recorder implements Outside {
    final List<AgentCommand> sent = new ArrayList<>();
    final List<Integer> starts = new ArrayList<>();
    final Map<Alarm, Duration> alarms = new EnumMap<>(Alarm.class);
    Consumer<AgentCommand> onSend = _ -> {};
    int stops;

    void ring(HostSession session, Alarm alarm) throws IOException {
      assertThat(alarms).as("an alarm that is set").containsKey(alarm);
      alarms.remove(alarm);
      session.alarm(alarm);
    }

    @Override
    public void startAgent(int incarnation) {
      starts.add(incarnation);
    }

    @Override
    public void stopAgent() {
      stops++;
    }

    @Override
    public void attach() {}

    @Override
    public void send(AgentCommand command) {
      onSend.accept(command);
      sent.add(command);
    }

    @Override
    public void forgetAgent() {}

    @Override
    public void after(Alarm alarm, Duration delay) {
      alarms.put(alarm, delay);
    }

    @Override
    public void cancel(Alarm alarm) {
      alarms.remove(alarm);
    }
  }
}
