package io.slablab.coordinator.store.index;

import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes an index from run directories. */
public final class Reindex {
  private static final String MANIFEST = "manifest.json";

  private Reindex() {}

  /**
   * @param unreadable run directories that were left out, each with the reason
   */
  public record Outcome(int indexed, Map<Path, IOException> unreadable) {}

  /**
   * Indexes every run below some folders.
   *
   * <p>A file of SQLite is made beside the old one and takes its name when it is complete, so that
   * a broken one is no obstacle and a broken rebuild no loss; runs that the old one knew elsewhere
   * and that are still there come too.
   */
  public static Outcome into(StoreLocation location, List<Path> folders) throws IOException {
    Set<Path> runs = new LinkedHashSet<>();
    for (Path folder : folders) {
      runs.addAll(below(folder.toAbsolutePath().normalize()));
    }
    if (!(location instanceof StoreLocation.Sqlite(Path file))) {
      return fill(CampaignIndex.open(location), runs);
    }
    runs.addAll(known(location, file));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try {
      CampaignIndex index = CampaignIndex.open(new StoreLocation.Sqlite(fresh));
      index.takeOver(said(location, file));
      Outcome outcome = fill(index, runs);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return outcome;
    } finally {
      Files.deleteIfExists(fresh);
      Files.deleteIfExists(fresh.resolveSibling(fresh.getFileName() + "-journal"));
    }
  }

  private static Outcome fill(CampaignIndex index, Set<Path> runs) throws IndexTrouble {
    int indexed = 0;
    Map<Path, IOException> unreadable = new LinkedHashMap<>();
    for (Path run : runs) {
      try {
        index.put(RunScan.of(new RunDirectory(run)));
        indexed++;
      } catch (IndexTrouble e) {
        throw e;
      } catch (IOException e) {
        unreadable.put(run, e);
      } catch (RuntimeException e) { // a file that is JSON and nothing one could expect
        unreadable.put(run, new IOException(String.valueOf(e.getMessage()), e));
      }
    }
    return new Outcome(indexed, unreadable);
  }

  /** Runs of the old index that are still there; none where it is broken. */
  private static List<Path> known(StoreLocation location, Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return CampaignIndex.open(location).directories().stream()
          .map(Path::of)
          .filter(run -> Files.exists(run.resolve(MANIFEST)))
          .toList();
    } catch (IndexTrouble _) {
      return List.of();
    }
  }

  /** What the old index knows of acceptances; nothing where it is broken. */
  private static List<AcceptanceRow> said(StoreLocation location, Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return CampaignIndex.open(location).acceptances();
    } catch (IndexTrouble _) {
      return List.of();
    }
  }

  /** Run directories at any depth, in the order of their names; none is looked into. */
  private static List<Path> below(Path folder) throws IOException {
    List<Path> runs = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            if (Files.exists(dir.resolve(MANIFEST))) {
              runs.add(dir);
              return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    runs.sort(null);
    return runs;
  }
}
