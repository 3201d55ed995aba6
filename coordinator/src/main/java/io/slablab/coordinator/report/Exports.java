package io.slablab.coordinator.report;

import io.slablab.coordinator.store.AtomicFiles;
import io.slablab.coordinator.verdict.Gains;
import io.slablab.coordinator.verdict.GainsCsv;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run's data in the formats of other tools. */
public final class Exports {

  private Exports() {}

  /** One line per comparison, as gains.csv. RFC 4180. */
  public static String gainsCsv(RunView run) {
    return GainsCsv.of(run.gains());
  }

  /** One line per trial, failed ones too. RFC 4180. */
  public static String trialsCsv(RunView run) {
    return TrialsCsv.of(run);
  }

  /**
   * A JMH result array, one entry per cell and variant.
   *
   * @throws UnreadableRun when a jmh.json is broken
   */
  public static String jmh(RunView run) throws IOException {
    return JmhExport.of(run);
  }

  /**
   * Writes a merged histogram log per cell and variant.
   *
   * @param folder made if absent
   * @return the files, in planned order; none where no trial recorded latency
   * @throws FileAlreadyExistsException before anything is written, when one of the files is there
   */
  public static List<Path> hlog(RunView run, Path folder) throws IOException {
    Files.createDirectories(folder);
    checkNew(run, folder);
    List<Path> files = new ArrayList<>();
    for (Gains.Cell cell : run.gains().cells()) {
      for (String variant : RunView.variants(cell)) {
        Optional<String> log = HlogExport.merged(run.done(cell, variant));
        if (log.isPresent()) {
          Path file = folder.resolve(HlogExport.name(cell, variant));
          AtomicFiles.write(file, log.get());
          files.add(file);
        }
      }
    }
    return files;
  }

  private static void checkNew(RunView run, Path folder) throws FileAlreadyExistsException {
    for (Gains.Cell cell : run.gains().cells()) {
      for (String variant : RunView.variants(cell)) {
        Path file = folder.resolve(HlogExport.name(cell, variant));
        if (Files.exists(file)) {
          throw new FileAlreadyExistsException(file.toString());
        }
      }
    }
  }
}
