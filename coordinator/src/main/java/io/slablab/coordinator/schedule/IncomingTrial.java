package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialFile;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.agent.protocol.TrialResult.Piece;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A trial's files on their way from an agent: asked for chunk by chunk, each file checked by its
 * digest. Never larger than what the result announced, which {@link TrialResult#fault} bounds.
 */
final class IncomingTrial {

  /** The part that is asked for next. */
  record Want(TrialFile file, long offset) {}

  /** A file is not what its agent said; the message is one line. */
  static final class Torn extends Exception {
    private static final long serialVersionUID = 1L;

    Torn(String message) {
      super(message);
    }
  }

  private final Path folder;
  private final List<Piece> pieces;
  private MessageDigest digest = TrialResult.sha256();
  private @Nullable FileChannel out;
  private int at;
  private long offset;

  private IncomingTrial(Path folder, List<Piece> pieces) {
    this.folder = folder;
    this.pieces = pieces;
  }

  /**
   * @param folder is emptied
   * @param result sound by {@link TrialResult#fault}
   */
  static IncomingTrial begin(Path folder, TrialResult result) throws IOException, Torn {
    AtomicFiles.deleteTree(folder);
    Files.createDirectories(folder);
    IncomingTrial incoming = new IncomingTrial(folder, result.files());
    incoming.passWholeFiles();
    return incoming;
  }

  Path folder() {
    return folder;
  }

  /** What to ask for next; empty when all files are here. */
  Optional<Want> want() {
    return at < pieces.size()
        ? Optional.of(new Want(pieces.get(at).file(), offset))
        : Optional.empty();
  }

  /**
   * Takes a chunk.
   *
   * @return false when it is not the one that is wanted
   * @throws Torn when the file is not what was announced
   */
  boolean accept(TrialEvent.Chunk chunk) throws IOException, Torn {
    if (!want().equals(Optional.of(new Want(chunk.file(), chunk.offset()))) || !chunk.sound()) {
      return false;
    }
    Piece piece = pieces.get(at);
    long left = piece.bytes() - offset;
    if (chunk.data().length == 0 || chunk.data().length > left) {
      throw new Torn(
          "%s has not the %d bytes it should have"
              .formatted(piece.file().fileName(), piece.bytes()));
    }
    FileChannel file = out();
    ByteBuffer data = ByteBuffer.wrap(chunk.data());
    while (data.hasRemaining()) {
      file.write(data);
    }
    digest.update(chunk.data());
    offset += chunk.data().length;
    passWholeFiles();
    return true;
  }

  private FileChannel out() throws IOException {
    if (out == null) {
      out =
          FileChannel.open(
              folder.resolve(pieces.get(at).file().fileName()),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
    }
    return out;
  }

  /** Closes the current file if it is whole, and all empty ones after it. */
  private void passWholeFiles() throws IOException, Torn {
    while (at < pieces.size() && offset == pieces.get(at).bytes()) {
      out().close();
      out = null;
      String sha256 = HexFormat.of().formatHex(digest.digest());
      if (!sha256.equals(pieces.get(at).sha256())) {
        throw new Torn(pieces.get(at).file().fileName() + " has not the digest it should have");
      }
      digest = TrialResult.sha256();
      offset = 0;
      at++;
    }
  }

  /** Gives up; nothing of it stays. */
  void drop() throws IOException {
    if (out != null) {
      out.close();
      out = null;
    }
    AtomicFiles.deleteTree(folder);
  }
}
