package io.slablab.coordinator.store.imported;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Foreign results that cannot be read; the message is for the user, with file and line. */
public final class NotImportable extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * @param line from 1
   */
  NotImportable(Path file, int line, String what) {
    super(file + ":" + line + ": " + what);
  }

  NotImportable(String what) {
    super(what);
  }
}
