package io.slablab.agent.trial;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Names of a trial's files, and the way they get there: temporary name, fsync, rename, fsync. */
final class TrialFiles {
  static final String TRIAL = "trial.json";
  static final String HLOG = "latency.hlog";
  static final String JMH = "jmh.json";
  static final String LOCKS = "locks.json";
  static final String ALLOCATOR = "allocator.json";
  static final String STDOUT = "stdout.txt";
  static final String STDERR = "stderr.txt";

  /** Between the two sides only; gone when the trial is over. */
  static final String ORDER = "order.json";

  static final String REPORT = "fork.json";
  static final String FAILURE = "failure.txt";
  static final String SCRATCH = "scratch";

  private static final String PART = ".part";
  private static final List<String> PASSING = List.of(ORDER, REPORT, FAILURE, SCRATCH);

  static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(JsonGenerator.Feature.QUOTE_NON_NUMERIC_NUMBERS);

  private TrialFiles() {}

  /** Where a file is written before it is complete. */
  static Path part(Path directory, String name) {
    return directory.resolve(name + PART);
  }

  static void writeJson(Path directory, String name, Object value) throws IOException {
    write(directory, name, MAPPER.writeValueAsBytes(value));
  }

  static void write(Path directory, String name, String text) throws IOException {
    write(directory, name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path directory, String name, byte[] content) throws IOException {
    Files.write(part(directory, name), content);
    complete(directory, name);
  }

  /** Gives a written {@link #part} its name. */
  static void complete(Path directory, String name) throws IOException {
    Path part = part(directory, name);
    try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(
        part,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /** Removes everything that is not a result. */
  static void removePassing(Path directory) throws IOException {
    for (String name : PASSING) {
      removeTree(directory.resolve(name));
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(PART)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void removeTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path dir, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
