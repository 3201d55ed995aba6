package io.slablab.coordinator.verdict;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Where the trials of a run directory are. */
public final class TrialFolders {
  /** {@code host/cell/block-variant/trial.json}. */
  private static final int DEPTH = 4;

  private static final String TRIAL = "trial.json";

  private TrialFolders() {}

  /**
   * The {@code trial.json} of every published trial, by path. Folders whose name starts with a dot
   * hold what a trial had written when its campaign ended, or writes now: they are not looked into.
   *
   * @param folder of all trials; may be absent
   */
  public static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      // Links too: trials may have moved to a larger disk.
      Files.walkFileTree(
          folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH, new Visitor(folder, files));
    }
    files.sort(null);
    return files;
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<Path> files;

    Visitor(Path root, List<Path> files) {
      this.root = root;
      this.files = files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return unfinished(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    private boolean unfinished(Path folder) {
      Path name = folder.getFileName();
      return !folder.equals(root) && name != null && name.toString().startsWith(".");
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (file.endsWith(TRIAL) && attributes.isRegularFile()) {
        files.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    /** What is there no more was renamed by a campaign that runs, or is not there to look into. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException || unfinished(file)) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }
}
