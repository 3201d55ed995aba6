package io.slablab.agent.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.runner.RunnerException;

/** One line for a fork that ended without saying why. */
final class FailureWords {
  private static final Pattern EXIT_CODE = Pattern.compile("exit code (\\d+)");
  private static final int SIGNAL_BASE = 128;

  private FailureWords() {}

  static String of(RunnerException failure, Path home) {
    Deque<Throwable> open = new ArrayDeque<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    open.add(failure);
    String innermost = String.valueOf(failure.getMessage());
    while (!open.isEmpty()) {
      Throwable next = open.removeFirst();
      if (!seen.add(next)) {
        continue;
      }
      Matcher exit = EXIT_CODE.matcher(String.valueOf(next.getMessage()));
      if (exit.find()) {
        return exited(Integer.parseInt(exit.group(1)), home);
      }
      if (next.getMessage() != null) {
        innermost = FailureNote.reason(next);
      }
      if (next.getCause() != null) {
        open.add(next.getCause());
      }
      open.addAll(java.util.List.of(next.getSuppressed()));
    }
    return innermost;
  }

  private static String exited(int code, Path home) {
    Optional<String> last = outOfMemory(home);
    if (last.isPresent()) {
      return last.get();
    }
    return code > SIGNAL_BASE
        ? "the trial's process was killed by signal " + (code - SIGNAL_BASE)
        : "the trial's process ended with exit code " + code;
  }

  private static Optional<String> outOfMemory(Path home) {
    for (String name : new String[] {TrialFiles.STDOUT, TrialFiles.STDERR}) {
      try {
        String text = Files.readString(home.resolve(name), StandardCharsets.ISO_8859_1);
        Optional<String> line =
            text.lines().filter(l -> l.contains("OutOfMemoryError")).findFirst();
        if (line.isPresent()) {
          return Optional.of(line.get().strip());
        }
      } catch (IOException _) {
        // the other file may tell
      }
    }
    return Optional.empty();
  }
}
