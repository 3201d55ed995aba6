package io.slablab.agent.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One line that a failing fork leaves for the runner. */
final class FailureNote {
  private FailureNote() {}

  /** Leaves the reason of a failure where the runner finds it; the first reason stands. */
  static void leave(Path directory, Throwable failure) {
    try {
      if (!Files.exists(directory.resolve(TrialFiles.FAILURE))) {
        TrialFiles.write(directory, TrialFiles.FAILURE, reason(failure));
      }
    } catch (IOException _) {
      // the runner then has JMH's word for it
    }
  }

  static String reason(Throwable failure) {
    String message = failure.getMessage();
    boolean ours = failure.getClass().getName().startsWith("io.slablab.");
    String text =
        message == null
            ? failure.getClass().getSimpleName()
            : ours ? message : failure.getClass().getSimpleName() + ": " + message;
    return text.lines().findFirst().orElse("unknown");
  }

  /** What the fork said before it ended. */
  static Optional<String> read(Path directory) {
    try {
      return Optional.of(Files.readString(directory.resolve(TrialFiles.FAILURE)).strip())
          .filter(words -> !words.isEmpty());
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
