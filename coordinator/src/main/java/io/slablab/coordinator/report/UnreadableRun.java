package io.slablab.coordinator.report;

import java.io.IOException;
import java.nio.file.Path;

/** A folder that is no run directory, or a file in it that is not what it should be. */
public final class UnreadableRun extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableRun(Path file, String what, String remedy) {
    super(file + ": " + what + "; " + remedy);
  }
}
