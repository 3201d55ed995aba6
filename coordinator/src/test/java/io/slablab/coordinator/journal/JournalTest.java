package io.slablab.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private static final List<JournalRecord> ALL =
      List.of(
          new JournalRecord.CampaignStarted("c-1", "quick", 42, 8),
          new JournalRecord.CampaignResumed(2, 7),
          new JournalRecord.HostReady("localhost", 4711, "b-1"),
          new JournalRecord.HostAway("localhost", "killed by signal 9"),
          new JournalRecord.TrialStarted("t-1", "localhost"),
          new JournalRecord.TrialDone("t-1", "localhost", "trials/x", 1.25e6, "ab"),
          new JournalRecord.TrialTainted("t-3", "localhost", 1, "steal", "trials/.tainted/x"),
          new JournalRecord.TrialFailed("t-2", "localhost", "killed by signal 9"),
          new JournalRecord.HostLost("localhost", "agent ended with 137"),
          new JournalRecord.CampaignEnded("incomplete", 1, 1, 6));

  @TempDir Path folder;

  @Test
  void readsBackEveryKindOfRecordInOrder() throws IOException {
    Path file = folder.resolve("journal.jsonl");
    try (Journal journal = Journal.open(file, CLOCK)) {
      ALL.forEach(journal::append);
    }
    assertThat(Journal.read(file)).extracting(Journal.Entry::what).isEqualTo(ALL);
    assertThat(Journal.read(file)).extracting(Journal.Entry::at).containsOnly(NOW);
  }

  @Test
  void aTornLastLineIsToleratedAndCutOffByTheNextWriter() throws IOException {
    Path file = folder.resolve("journal.jsonl");
    try (Journal journal = Journal.open(file, CLOCK)) {
      journal.append(ALL.get(0));
    }
    Files.writeString(file, "{\"at\":\"2026-01-02T0", StandardOpenOption.APPEND);
    assertThat(Journal.read(file)).hasSize(1);
    try (Journal journal = Journal.open(file, CLOCK)) {
      journal.append(ALL.get(1));
    }
    assertThat(Journal.read(file)).extracting(Journal.Entry::what).isEqualTo(ALL.subList(0, 2));
  }

  @Test
  void aBrokenLineInTheMiddleIsAnErrorThatNamesIt() throws IOException {
    Path file = folder.resolve("journal.jsonl");
    Files.writeString(file, "{}\n{\"at\":1}\n");
    assertThatThrownBy(() -> Journal.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("journal.jsonl:1");
  }

  @Test
  void aTornLineLongerThanOneLookAtTheTailIsCutOffWhole() throws IOException {
    Path file = folder.resolve("journal.jsonl");
    try (Journal journal = Journal.open(file, CLOCK)) {
      journal.append(ALL.get(0));
    }
    Files.writeString(file, "x".repeat(200_000), StandardOpenOption.APPEND);
    try (Journal journal = Journal.open(file, CLOCK)) {
      journal.append(ALL.get(1));
    }
    assertThat(Journal.read(file)).extracting(Journal.Entry::what).isEqualTo(ALL.subList(0, 2));
  }

  @Test
  void appendersOfManyThreadsLeaveWholeLines() throws IOException, InterruptedException {
    Path file = folder.resolve("journal.jsonl");
    try (Journal journal = Journal.open(file, CLOCK)) {
      List<Thread> threads =
          IntStream.range(0, 4)
              .mapToObj(i ->
                  Thread.ofPlatform()
                      .start(() -> {
                        for (int n = 0; n < 50; n++) {
                          journal.append(new JournalRecord.TrialStarted("t-" + n, "h" + i));
                        }
                      }))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(Journal.read(file)).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  void aRecordOfAnEarlierVersionReadsWithoutItsNewFields() throws IOException {
    Path file = folder.resolve("journal.jsonl");
    Files.writeString(
        file,
        """
        {"at":"2026-01-02T03:04:05Z","type":"host-ready","host":"h","agentPid":7}
        {"at":"2026-01-02T03:04:05Z","type":"trial-done","trial":"t","host":"h","directory":"d","opsPerSecond":2.0}
        """);
    assertThat(Journal.read(file))
        .extracting(Journal.Entry::what)
        .containsExactly(
            new JournalRecord.HostReady("h", 7, ""),
            new JournalRecord.TrialDone("t", "h", "d", 2.0, ""));
  }

  @Test
  void blocksBeyondThePlanAndTheTimeWorkedAreTold() throws IOException {
    Path file = folder.resolve("journal.jsonl");
    JournalRecord.BlockAdded block = new JournalRecord.BlockAdded("h", "c", 8, List.of("b", "a"));
    JournalRecord.CellStopped stop = new JournalRecord.CellStopped("h", "c", "precision", 9, 0.005);
    JournalRecord.CellStopped wide = new JournalRecord.CellStopped("h", "d", "max", 9, null);
    Instant start = Instant.parse("2026-01-02T03:04:05Z");
    append(file, start, new JournalRecord.CampaignStarted("c-1", "s", 1, 4));
    append(file, start.plusSeconds(60), block);
    append(file, start.plusSeconds(4000), new JournalRecord.CampaignResumed(2, 2));
    append(file, start.plusSeconds(4030), stop);
    append(file, start.plusSeconds(4030), wide);
    CampaignProgress progress = CampaignProgress.replay(file);
    assertThat(progress.added()).containsExactly(block);
    assertThat(progress.stopped()).containsExactly(stop, wide);
    assertThat(progress.worked()).as("the night between does not count").hasSeconds(90);
  }

  private static void append(Path file, Instant at, JournalRecord what) throws IOException {
    try (Journal journal = Journal.open(file, Clock.fixed(at, ZoneOffset.UTC))) {
      journal.append(what);
    }
  }
}
