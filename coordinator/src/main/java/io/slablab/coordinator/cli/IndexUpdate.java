package io.slablab.coordinator.cli;

import io.slablab.coordinator.store.RunDirectory;
import io.slablab.coordinator.store.index.CampaignIndex;
import io.slablab.coordinator.store.index.RunScan;
import io.slablab.coordinator.store.index.StoreLocation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts a run into the index at its end. Whatever goes wrong is a warning: the run is what counts.
 */
final class IndexUpdate {
  private IndexUpdate() {}

  static void after(RunDirectory run, StoreOptions options, PrintWriter err) {
    try {
      if (options.named().isPresent() || belongsHere(run)) {
        CampaignIndex.open(options.location()).put(RunScan.of(run));
      }
    } catch (UserError | IOException | RuntimeException e) {
      err.println("slablab: warning: the run is complete, the index of campaigns is not");
      err.println("    " + e.getMessage());
      err.println("    'slablab reindex' puts it in later");
    }
  }

  /** Who keeps runs elsewhere gets no file beside them unless there is one or it was asked for. */
  private static boolean belongsHere(RunDirectory run) {
    Path runs = StoreLocation.DEFAULT.toAbsolutePath().getParent();
    return Files.exists(StoreLocation.DEFAULT)
        || run.root().toAbsolutePath().normalize().startsWith(runs);
  }
}
