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
 * Keeps a run in the index: from its start on, so that a run whose coordinator is killed is found
 * there as well, and again with what became of it. Whatever goes wrong is a warning: the run is
 * what counts.
 *
 * @param options which index
 * @param err for the warning
 */
record IndexUpdate(RunDirectory run, StoreOptions options, PrintWriter err) {

  /**
   * Before a trial runs. What goes wrong here is told at the end, if it still does. The database's
   * driver is loaded here, which a JVM that is shutting down could not do.
   */
  void begin() {
    try {
      put();
    } catch (UserError | IOException | RuntimeException _) {
      // told by end()
    }
  }

  /** When the run is over, or interrupted. */
  void end() {
    try {
      put();
    } catch (UserError | IOException | RuntimeException e) {
      err.println("slablab: warning: the run directory is whole, the index of campaigns is not");
      err.println("    " + e.getMessage());
      err.println("    'slablab reindex' puts the run in later");
    }
  }

  private void put() throws UserError, IOException {
    if (options.named().isPresent() || belongsHere()) {
      CampaignIndex.open(options.location()).put(RunScan.of(run));
    }
  }

  /** Who keeps runs elsewhere gets no file beside them unless there is one or it was asked for. */
  private boolean belongsHere() {
    Path runs = StoreLocation.DEFAULT.toAbsolutePath().getParent();
    return Files.exists(StoreLocation.DEFAULT)
        || run.root().toAbsolutePath().normalize().startsWith(runs);
  }
}
