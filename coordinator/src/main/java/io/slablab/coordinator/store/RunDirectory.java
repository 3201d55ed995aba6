package io.slablab.coordinator.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names and lifetime of the folder that holds one campaign.
 *
 * @param root the folder
 */
public record RunDirectory(Path root) {

  /** Why a run directory could not be made; the message is for the user. */
  public static final class Unusable extends IOException {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  private static final String UNFINISHED = ".unfinished-";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** {@code base/suite/UTC time-id}; the id keeps two starts in one second apart. */
  public static RunDirectory defaultFor(Path base, String suite, Instant start, String id) {
    return new RunDirectory(base.resolve(suite).resolve(STAMP.format(start) + "-" + id));
  }

  /**
   * Checks without leaving a trace that the folder can be made: it is absent or empty and the
   * nearest existing ancestor is a writable folder.
   */
  public void checkUsable() throws IOException {
    if (Files.exists(root)) {
      checkEmpty();
    }
    Path ancestor = root.toAbsolutePath();
    while (ancestor != null && !Files.exists(ancestor)) {
      ancestor = ancestor.getParent();
    }
    if (ancestor == null || !Files.isDirectory(ancestor)) {
      throw new Unusable(root + ": " + ancestor + " is not a directory; choose another --out");
    }
    if (!Files.isWritable(ancestor)) {
      throw new Unusable(
          root + ": no permission to write in " + ancestor + "; choose another --out");
    }
  }

  private void checkEmpty() throws IOException {
    if (!Files.isDirectory(root)) {
      throw new Unusable(root + ": exists and is not a directory; choose another --out");
    }
    try (Stream<Path> inside = Files.list(root)) {
      if (inside.findAny().isPresent()) {
        throw new Unusable(
            root + ": not empty, and a run directory is never overwritten; choose another --out");
      }
    }
  }

  /** Makes the folder and its fixed subfolders. */
  public void create() throws IOException {
    checkUsable();
    try {
      Files.createDirectories(trials());
      Files.createDirectories(root.resolve("hosts"));
    } catch (IOException e) {
      throw new Unusable(
          root + ": cannot be created (" + FileTrouble.words(e) + "); choose another --out");
    }
  }

  public Path manifest() {
    return root.resolve("manifest.json");
  }

  public Path suite() {
    return root.resolve("suite.yaml");
  }

  public Path inventory() {
    return root.resolve("inventory.yaml");
  }

  public Path plan() {
    return root.resolve("plan.json");
  }

  public Path journal() {
    return root.resolve("journal.jsonl");
  }

  /** Held by the coordinator that is at work here, see {@link RunLock}. */
  public Path lock() {
    return root.resolve(".lock");
  }

  public Path trials() {
    return root.resolve("trials");
  }

  public Path host(String host) {
    return root.resolve("hosts").resolve(host);
  }

  public Path trial(String host, String cell, int block, String variant) {
    return trials().resolve(host).resolve(cell).resolve(String.format("%04d-%s", block, variant));
  }

  /** Where a trial's files come in until they are published. */
  public Path unfinishedTrial(String trialId) {
    return trials().resolve(UNFINISHED + trialId.replace('/', '_'));
  }

  /** Keeps the files of a trial that was disturbed; they count for nothing. */
  public Path taintedTrial(String host, String cell, int block, String variant, int attempt) {
    return trials()
        .resolve(".tainted")
        .resolve(host)
        .resolve(cell)
        .resolve(String.format("%04d-%s-%d", block, variant, attempt));
  }

  /** Deletes what a coordinator that died was at; nothing of it was counted. */
  public void sweepUnfinished() throws IOException {
    List<Path> leftovers;
    try (Stream<Path> inside = Files.list(trials())) {
      leftovers =
          inside.filter(path -> path.getFileName().toString().startsWith(UNFINISHED)).toList();
    }
    for (Path leftover : leftovers) {
      AtomicFiles.deleteTree(leftover);
    }
  }
}
