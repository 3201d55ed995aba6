package io.slablab.coordinator.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which run directories coordinators of this user are at work on, on this machine: one small file
 * each, so that they are found from any folder. Only a hint: whether a coordinator is at work is
 * said by the directory's {@link RunLock}.
 *
 * @param folder holds the files
 */
public record MachineRuns(Path folder) {

  /** A run that is known; closing it ends that. */
  @FunctionalInterface
  public interface Entry extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** Makes a run known until it is closed; without effect where the folder cannot be written. */
  public Entry enter(String campaign, RunDirectory run) {
    Path file = folder.resolve(campaign);
    try {
      Files.createDirectories(folder);
      AtomicFiles.write(file, run.root().toAbsolutePath().normalize() + "\n");
    } catch (IOException _) {
      return () -> {}; // a home that is not writable: the run is found by its folder only
    }
    return () -> Files.deleteIfExists(file);
  }

  /** Runs with a coordinator at work; entries of dead ones are deleted. */
  public List<RunDirectory> atWork() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
    }
    List<RunDirectory> runs = new ArrayList<>();
    for (Path file : files) {
      RunDirectory run = new RunDirectory(Path.of(Files.readString(file).strip()));
      if (RunLock.holder(run).isPresent()) {
        runs.add(run);
      } else {
        Files.deleteIfExists(file);
      }
    }
    return runs;
  }
}
