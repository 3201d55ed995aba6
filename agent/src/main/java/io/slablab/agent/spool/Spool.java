package io.slablab.agent.spool;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialFile;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.agent.protocol.TrialResult.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The agent's disk between a trial's end and its acknowledgement. Threads: any, one at a time. */
public final class Spool {
  private static final String RESULT = "result.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final Path running;
  private final Path held;
  private final Path released;
  private @Nullable TrialResult waiting;

  private Spool(Path root) {
    this.root = root;
    this.running = root.resolve("running");
    this.held = root.resolve("held");
    this.released = root.resolve("released");
  }

  /**
   * Makes the folder where it is absent; else finds the trial that an earlier agent held and
   * deletes what one left unfinished.
   */
  public static Spool open(Path root) throws IOException {
    Spool spool = new Spool(root.toAbsolutePath());
    Files.createDirectories(spool.root);
    deleteTree(spool.running);
    deleteTree(spool.released);
    Path result = spool.held.resolve(RESULT);
    if (Files.exists(result)) {
      spool.waiting = JSON.readValue(result.toFile(), TrialResult.class);
    }
    return spool;
  }

  /** The trial that ended and waits for its acknowledgement. */
  public synchronized Optional<TrialResult> held() {
    return Optional.ofNullable(waiting);
  }

  /** An empty folder for the files of a trial that starts. */
  public synchronized Path begin() throws IOException {
    if (waiting != null) {
      throw new IllegalStateException("a trial waits to be acknowledged: " + waiting.trialId());
    }
    deleteTree(running);
    return Files.createDirectory(running);
  }

  /** Keeps a trial that has a result; one whose files are too large becomes a failed one. */
  public TrialResult holdDone(String trialId, int attempt, double opsPerSecond) {
    try {
      List<Piece> pieces = pieces();
      TrialResult result = TrialResult.done(trialId, attempt, opsPerSecond, pieces);
      Optional<String> fault = result.fault();
      return fault.isEmpty() ? hold(result) : holdWithoutFiles(trialId, attempt, fault.get());
    } catch (IOException e) {
      return holdWithoutFiles(trialId, attempt, cannotKeep(e));
    }
  }

  /** Keeps a trial that failed, with the files it has. */
  public TrialResult holdFailed(String trialId, int attempt, String reason, String stderrTail) {
    try {
      TrialResult result = TrialResult.failed(trialId, attempt, reason, stderrTail, pieces());
      return result.fault().isEmpty() ? hold(result) : holdWithoutFiles(trialId, attempt, reason);
    } catch (IOException e) {
      return holdWithoutFiles(trialId, attempt, reason + "; " + cannotKeep(e));
    }
  }

  private static String cannotKeep(IOException e) {
    return "the agent cannot keep the trial's files: " + e.getMessage();
  }

  /** The last resort, as on a full disk: the result is held in memory where no file can be made. */
  private synchronized TrialResult holdWithoutFiles(String trialId, int attempt, String reason) {
    TrialResult result = TrialResult.failed(trialId, attempt, reason, "", List.of());
    try {
      deleteTree(running);
      Files.createDirectory(running);
      return hold(result);
    } catch (IOException _) {
      waiting = result;
      return result;
    }
  }

  private synchronized TrialResult hold(TrialResult result) throws IOException {
    Path part = running.resolve(RESULT + ".part");
    Files.write(part, JSON.writeValueAsBytes(result));
    force(part);
    Files.move(part, running.resolve(RESULT), StandardCopyOption.ATOMIC_MOVE);
    force(running);
    deleteTree(held); // torn by a release that died
    Files.move(running, held, StandardCopyOption.ATOMIC_MOVE);
    force(root);
    waiting = result;
    return result;
  }

  /** The running trial's files, forced to the disk. */
  private List<Piece> pieces() throws IOException {
    List<Piece> pieces = new ArrayList<>();
    for (TrialFile file : TrialFile.values()) {
      Path path = running.resolve(file.fileName());
      if (Files.isRegularFile(path)) {
        if (file.isOutput()) {
          cut(path, file.mostBytes());
        }
        force(path);
        pieces.add(new Piece(file, Files.size(path), sha256(path)));
      }
    }
    return pieces;
  }

  /** A trial that talks without end keeps the beginning of what it said. */
  private static void cut(Path file, long mostBytes) throws IOException {
    if (Files.size(file) > mostBytes) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(mostBytes);
      }
    }
  }

  /**
   * Reads a part of the held trial's file.
   *
   * @return at most {@link TrialEvent#CHUNK_BYTES} bytes, fewer at the file's end
   * @throws IOException when this trial is not held, or its file cannot be read
   */
  public synchronized byte[] read(String trialId, TrialFile file, long offset) throws IOException {
    if (waiting == null || !waiting.trialId().equals(trialId)) {
      throw new IOException("the trial is not held here");
    }
    if (offset < 0) {
      throw new IOException("no such offset: " + offset);
    }
    try (FileChannel channel =
        FileChannel.open(held.resolve(file.fileName()), StandardOpenOption.READ)) {
      long left = Math.clamp(channel.size() - offset, 0, TrialEvent.CHUNK_BYTES);
      ByteBuffer data = ByteBuffer.allocate((int) left);
      while (data.hasRemaining() && channel.read(data, offset + data.position()) >= 0) {
        // until the chunk is full
      }
      return java.util.Arrays.copyOf(data.array(), data.position());
    }
  }

  /** Forgets the held trial, if it is this result. */
  public synchronized void release(String trialId, String digest) throws IOException {
    if (waiting == null || !waiting.trialId().equals(trialId) || !waiting.digest().equals(digest)) {
      return; // forgotten before
    }
    if (Files.exists(held)) {
      deleteTree(released);
      Files.move(held, released, StandardCopyOption.ATOMIC_MOVE);
      force(root);
    }
    waiting = null;
    deleteTree(released);
  }

  private static String sha256(Path file) throws IOException {
    var digest = TrialResult.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer) >= 0) {
        digest.update(buffer.flip());
        buffer.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> walk = Files.walk(tree)) {
      inside = walk.toList().reversed();
    }
    for (Path path : inside) {
      Files.deleteIfExists(path);
    }
  }
}
