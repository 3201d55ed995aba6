package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.agent.protocol.TrialEvent.Chunk;
import io.slablab.agent.protocol.TrialFile;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.agent.protocol.TrialResult.Piece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncomingTrialTest {
  @TempDir Path folder;

  private static Piece piece(TrialFile file, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new Piece(
        file, bytes.length, HexFormat.of().formatHex(TrialResult.sha256().digest(bytes)));
  }

  private IncomingTrial begin(Piece... pieces) throws IOException, IncomingTrial.Torn {
    return IncomingTrial.begin(
        folder.resolve("in"), TrialResult.done("t", 1, 2.0, List.of(pieces)));
  }

  private static Chunk chunk(TrialFile file, long offset, String data) {
    return Chunk.of("t", file, offset, data.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void takesFilesChunkByChunkAndMakesEmptyOnesUnasked() throws Exception {
    IncomingTrial incoming =
        begin(
            piece(TrialFile.STDOUT, ""),
            piece(TrialFile.TRIAL, "{12}"),
            piece(TrialFile.STDERR, ""));
    assertThat(incoming.want()).contains(new IncomingTrial.Want(TrialFile.TRIAL, 0));
    assertThat(incoming.accept(chunk(TrialFile.TRIAL, 0, "{1"))).isTrue();
    assertThat(incoming.want()).contains(new IncomingTrial.Want(TrialFile.TRIAL, 2));
    assertThat(incoming.accept(chunk(TrialFile.TRIAL, 2, "2}"))).isTrue();
    assertThat(incoming.want()).isEmpty();
    assertThat(folder.resolve("in/trial.json")).hasContent("{12}");
    assertThat(folder.resolve("in/stdout.txt")).isEmptyFile();
    assertThat(folder.resolve("in/stderr.txt")).isEmptyFile();
  }

  @Test
  void aChunkThatIsNotWantedOrBrokenChangesNothing() throws Exception {
    IncomingTrial incoming = begin(piece(TrialFile.TRIAL, "{12}"));
    assertThat(incoming.accept(chunk(TrialFile.TRIAL, 0, "{1"))).isTrue();
    assertThat(incoming.accept(chunk(TrialFile.TRIAL, 0, "{1"))).as("twice").isFalse();
    assertThat(incoming.accept(chunk(TrialFile.LOCKS, 2, "2}"))).as("another file").isFalse();
    Chunk sound = chunk(TrialFile.TRIAL, 2, "2}");
    Chunk broken =
        new Chunk("t", TrialFile.TRIAL, 2, "3}".getBytes(StandardCharsets.UTF_8), sound.crc32c());
    assertThat(incoming.accept(broken)).as("wrong checksum").isFalse();
    assertThat(incoming.accept(sound)).isTrue();
    assertThat(incoming.want()).isEmpty();
  }

  @Test
  void aFileThatIsNotWhatWasAnnouncedIsTorn() throws Exception {
    assertThatThrownBy(
            () -> begin(piece(TrialFile.TRIAL, "{12}")).accept(chunk(TrialFile.TRIAL, 0, "{13}")))
        .isInstanceOf(IncomingTrial.Torn.class)
        .hasMessageContaining("digest");
    assertThatThrownBy(
            () -> begin(piece(TrialFile.TRIAL, "{12}")).accept(chunk(TrialFile.TRIAL, 0, "{12}}")))
        .as("longer")
        .isInstanceOf(IncomingTrial.Torn.class)
        .hasMessageContaining("4 bytes");
    assertThatThrownBy(
            () -> begin(piece(TrialFile.TRIAL, "{12}")).accept(chunk(TrialFile.TRIAL, 0, "")))
        .as("shorter")
        .isInstanceOf(IncomingTrial.Torn.class);
  }

  @Test
  void aDroppedOneLeavesNothing() throws Exception {
    IncomingTrial incoming = begin(piece(TrialFile.TRIAL, "{12}"));
    incoming.accept(chunk(TrialFile.TRIAL, 0, "{1"));
    incoming.drop();
    assertThat(folder).isEmptyDirectory();
  }
}
