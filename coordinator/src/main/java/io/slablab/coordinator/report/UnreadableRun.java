package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.TrialFiles;
import java.io.IOException;
import java.nio.file.Path;

/** A folder that is no run directory, or a file in it that is not what it should be. */
public final class UnreadableRun extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableRun(Path file, String what, String remedy) {
    super(file + ": " + what + "; " + remedy);
  }

  /** A file the gains cannot be computed from. */
  UnreadableRun(TrialFiles.Unreadable cause) {
    super(cause.getMessage() + "; was it edited or cut short?", cause);
  }
}
