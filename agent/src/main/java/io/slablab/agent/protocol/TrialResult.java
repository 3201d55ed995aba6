package io.slablab.agent.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A trial that ended, and what its files are: enough to know whether all of it has arrived.
 *
 * @param trialId of the order
 * @param attempt which run of this trial, from 1
 * @param done whether it has a result; a failed trial has files too
 * @param opsPerSecond mean of the measured intervals; 0 when failed
 * @param reason why it failed, one line; empty when done
 * @param stderrTail last lines of a failed trial's error output, may be empty
 * @param files each at most once
 * @param digest of all the above, see {@link #digestOf}: two results with one digest are one result
 */
public record TrialResult(
    String trialId,
    int attempt,
    boolean done,
    double opsPerSecond,
    String reason,
    String stderrTail,
    List<Piece> files,
    String digest)
    implements Wire {
  private static final int MOST_TEXT = 16 << 10;

  /**
   * One file.
   *
   * @param bytes its size
   * @param sha256 of its content, in hex
   */
  public record Piece(TrialFile file, long bytes, String sha256) implements Wire {}

  public TrialResult {
    files = List.copyOf(files);
  }

  /** A trial with a result. */
  public static TrialResult done(
      String trialId, int attempt, double opsPerSecond, List<Piece> files) {
    return of(trialId, attempt, true, opsPerSecond, "", "", files);
  }

  /** A trial without one. */
  public static TrialResult failed(
      String trialId, int attempt, String reason, String stderrTail, List<Piece> files) {
    return of(trialId, attempt, false, 0, head(reason), head(stderrTail), files);
  }

  private static TrialResult of(
      String trialId,
      int attempt,
      boolean done,
      double opsPerSecond,
      String reason,
      String stderrTail,
      List<Piece> files) {
    return new TrialResult(
        trialId,
        attempt,
        done,
        opsPerSecond,
        reason,
        stderrTail,
        files,
        digestOf(trialId, attempt, done, opsPerSecond, reason, stderrTail, files));
  }

  private static String head(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT);
  }

  /** All bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(Piece::bytes).sum();
  }

  /** What makes this result one that nobody of good will sends; empty when it is sound. */
  public Optional<String> fault() {
    Set<TrialFile> seen = EnumSet.noneOf(TrialFile.class);
    for (Piece piece : files) {
      if (!seen.add(piece.file())) {
        return Optional.of(piece.file().fileName() + " comes twice");
      }
      if (piece.bytes() < 0 || piece.bytes() > piece.file().mostBytes()) {
        return Optional.of(
            "%s has %d bytes, and %d are allowed"
                .formatted(piece.file().fileName(), piece.bytes(), piece.file().mostBytes()));
      }
    }
    if (bytes() > TrialFile.MOST_BYTES_PER_TRIAL) {
      return Optional.of(
          "its files have %d bytes, and %d are allowed"
              .formatted(bytes(), TrialFile.MOST_BYTES_PER_TRIAL));
    }
    if (done && !seen.contains(TrialFile.TRIAL)) {
      return Optional.of("a result without " + TrialFile.TRIAL.fileName());
    }
    if (reason.length() > MOST_TEXT || stderrTail.length() > MOST_TEXT) {
      return Optional.of("its texts are longer than " + MOST_TEXT);
    }
    String own = digestOf(trialId, attempt, done, opsPerSecond, reason, stderrTail, files);
    return own.equals(digest) ? Optional.empty() : Optional.of("its digest is not its own");
  }

  /** SHA-256 in hex over all fields, each ended by a line feed; texts by their length first. */
  static String digestOf(
      String trialId,
      int attempt,
      boolean done,
      double opsPerSecond,
      String reason,
      String stderrTail,
      List<Piece> files) {
    List<String> fields = new ArrayList<>();
    for (String text : List.of(trialId, reason, stderrTail)) {
      fields.add(text.length() + ":" + text);
    }
    fields.add(attempt + " " + done + " " + Double.doubleToLongBits(opsPerSecond));
    files.forEach(piece -> fields.add(piece.file() + " " + piece.bytes() + " " + piece.sha256()));
    String all = String.join("\n", fields) + "\n";
    return HexFormat.of().formatHex(sha256().digest(all.getBytes(StandardCharsets.UTF_8)));
  }

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
