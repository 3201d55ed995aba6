package io.slablab.coordinator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.journal.JournalRecord;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Coordinator and agent die at random points, between any two messages and within what they do at
 * one; messages are lost or come twice, links are cut, alarms ring at any time. Whatever happens:
 * every trial has one record and one folder, and a result that an agent held is not lost.
 */
class ExactlyOnceTest {
  /** A file system in memory, where forcing a file costs nothing. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "slablab-once")
            : Files.createTempDirectory("slablab-once");
  }

  @AfterEach
  void deleteFolder() throws IOException {
    AtomicFiles.deleteTree(folder);
  }

  /** Some that stay the same, and new ones: {@code -Dslablab.seeds=N} tries many. */
  static LongStream seeds() {
    return LongStream.concat(
        LongStream.rangeClosed(1, 20),
        ThreadLocalRandom.current().longs(Integer.getInteger("slablab.seeds", 10)));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void noTrialIsLostAndNoneCountsTwice(long seed) throws IOException {
    CrashWorld world = new CrashWorld(folder, seed, 6);
    world.runToTheEnd();
    checkRecords(world, seed);
    checkFolders(world, seed);
    assertThat(world.trialStarts())
        .as("seed %d: a death repeats one trial at most: %s", seed, world.story())
        .isLessThanOrEqualTo(world.planned().size() + world.deaths());
  }

  /** The checks see what they look for: a coordinator that counts twice would be found out. */
  @Test
  void aSecondRecordWouldBeSeen() throws IOException {
    CrashWorld world = new CrashWorld(folder, 1, 2);
    world.runToTheEnd();
    String first = world.planned().getFirst().id();
    try (Journal journal = Journal.open(world.run().journal(), Clock.systemUTC())) {
      journal.append(new JournalRecord.TrialFailed(first, "h", "again"));
    }
    assertThat(records(world)).containsEntry(first, 2);
  }

  private static void checkRecords(CrashWorld world, long seed) throws IOException {
    Map<String, Integer> records = records(world);
    assertThat(records).as("seed %d: %s", seed, world.story()).hasSize(world.planned().size());
    assertThat(records.values()).as("seed %d: %s", seed, world.story()).containsOnly(1);
    CampaignProgress progress = CampaignProgress.replay(world.run().journal());
    world
        .planned()
        .forEach(order ->
            assertThat(progress.recorded(order.id()))
                .as("seed %d: %s, whose result its agent held: %s", seed, order.id(), world.story())
                .contains(world.hadResult(order.id())));
  }

  private static Map<String, Integer> records(CrashWorld world) throws IOException {
    Map<String, Integer> records = new HashMap<>();
    for (Journal.Entry entry : Journal.read(world.run().journal())) {
      switch (entry.what()) {
        case JournalRecord.TrialDone done -> records.merge(done.trial(), 1, Integer::sum);
        case JournalRecord.TrialFailed failed -> records.merge(failed.trial(), 1, Integer::sum);
        default -> {}
      }
    }
    return records;
  }

  private static void checkFolders(CrashWorld world, long seed) throws IOException {
    List<Path> trials;
    try (Stream<Path> files = Files.walk(world.run().trials())) {
      trials = files.filter(file -> file.endsWith("trial.json")).toList();
    }
    assertThat(trials).as("seed %d", seed).hasSize(world.planned().size());
    try (Stream<Path> top = Files.list(world.run().trials())) {
      assertThat(top.map(path -> path.getFileName().toString()))
          .as("seed %d", seed)
          .containsExactly("h");
    }
  }
}
