package io.slablab.coordinator.cli;

import io.slablab.coordinator.report.RunReader;
import io.slablab.coordinator.report.RunView;
import io.slablab.coordinator.report.UnreadableRun;
import io.slablab.coordinator.store.FileTrouble;
import java.nio.file.Path;

/** Opens what a user names as a run. */
final class RunFolders {
  private RunFolders() {}

  static RunView open(Path folder) throws UserError {
    try {
      return RunReader.read(folder);
    } catch (UnreadableRun e) {
      throw UserError.invalid(String.valueOf(e.getMessage()));
    } catch (java.io.IOException e) {
      throw UserError.invalid("run " + folder + " cannot be read: " + FileTrouble.of(e));
    }
  }
}
