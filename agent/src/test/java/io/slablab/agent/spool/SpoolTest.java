package io.slablab.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialFile;
import io.slablab.agent.protocol.TrialResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir Path folder;
  private Spool spool;

  @BeforeEach
  void open() throws IOException {
    spool = Spool.open(folder);
  }

  @Test
  void whatWasHeldIsReadBackInChunks() throws IOException {
    byte[] log = new byte[2 * TrialEvent.CHUNK_BYTES + 17];
    new Random(42).nextBytes(log);
    Path running = spool.begin();
    Files.writeString(running.resolve("trial.json"), "{}");
    Files.write(running.resolve("latency.hlog"), log);
    TrialResult result = spool.holdDone("t", 1, 2.0);
    assertThat(result.files())
        .extracting(TrialResult.Piece::file)
        .containsExactly(TrialFile.TRIAL, TrialFile.LATENCY);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    for (byte[] chunk = spool.read("t", TrialFile.LATENCY, 0);
        chunk.length > 0;
        chunk = spool.read("t", TrialFile.LATENCY, got.size())) {
      got.write(chunk);
    }
    assertThat(got.toByteArray()).isEqualTo(log);
    assertThat(spool.read("t", TrialFile.LATENCY, Long.MAX_VALUE)).isEmpty();
    assertThatThrownBy(() -> spool.read("t", TrialFile.LATENCY, -1))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aRestartedAgentHasTheHeldTrialAndNothingOfARunningOne() throws IOException {
    hold("t-1");
    spool = Spool.open(folder);
    TrialResult held = spool.held().orElseThrow();
    assertThat(held.trialId()).isEqualTo("t-1");
    spool.release("t-1", held.digest());
    Files.writeString(spool.begin().resolve("trial.json"), "torn");
    spool = Spool.open(folder);
    assertThat(spool.held()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aHeldFolderWithoutItsResultIsNoResult() throws IOException {
    hold("t-1");
    Files.delete(folder.resolve("held/result.json"));
    spool = Spool.open(folder);
    assertThat(spool.held()).isEmpty();
    hold("t-2");
    assertThat(Spool.open(folder).held().orElseThrow().trialId()).isEqualTo("t-2");
  }

  @Test
  void onlyItsOwnDigestReleasesATrialAndTwiceDoesNoHarm() throws IOException {
    TrialResult held = hold("t-1");
    spool.release("t-1", "another");
    spool.release("t-2", held.digest());
    assertThat(spool.held()).contains(held);
    spool.release("t-1", held.digest());
    spool.release("t-1", held.digest());
    assertThat(spool.held()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void noTrialBeginsWhileOneIsHeld() throws IOException {
    hold("t-1");
    assertThatThrownBy(() -> spool.begin()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFileAboveItsLimitMakesAFailedTrialAndOutputIsCut() throws IOException {
    Path running = spool.begin();
    sparse(running.resolve("stdout.txt"), TrialFile.STDOUT.mostBytes() + 5);
    Files.writeString(running.resolve("trial.json"), "{}");
    TrialResult held = spool.holdDone("t-1", 1, 2.0);
    assertThat(held.done()).isTrue();
    assertThat(held.bytes()).isEqualTo(TrialFile.STDOUT.mostBytes() + 2);
    spool.release("t-1", held.digest());

    running = spool.begin();
    sparse(running.resolve("trial.json"), TrialFile.TRIAL.mostBytes() + 1);
    TrialResult tooLarge = spool.holdDone("t-2", 1, 2.0);
    assertThat(tooLarge.done()).isFalse();
    assertThat(tooLarge.reason()).contains("trial.json has 8388609 bytes");
    assertThat(tooLarge.files()).isEmpty();
    assertThat(tooLarge.fault()).isEmpty();
  }

  @Test
  void aFolderThatCannotBeWrittenStillGivesAResultThatSaysSo() throws IOException {
    Path running = spool.begin();
    Files.createDirectory(running.resolve("result.json.part")); // where a file should go
    Files.writeString(running.resolve("result.json.part/x"), "");
    Files.writeString(running.resolve("trial.json"), "{}");
    TrialResult held = spool.holdDone("t-1", 1, 2.0);
    assertThat(held.done()).isFalse();
    assertThat(held.reason()).contains("cannot keep the trial's files");
    assertThat(spool.held()).contains(held);
  }

  private static void sparse(Path file, long bytes) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(bytes);
    }
  }

  private TrialResult hold(String id) throws IOException {
    Files.writeString(spool.begin().resolve("trial.json"), "{}");
    TrialResult held = spool.holdDone(id, 1, 2.0);
    return held;
  }
}
