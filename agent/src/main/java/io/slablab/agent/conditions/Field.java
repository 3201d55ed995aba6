package io.slablab.agent.conditions;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One field: where it is read and what of it counts. */
record Field(Group group, String name, Function<Path, Reading> reader) {

  enum Group {
    IDENTITY,
    STATE,
    EVIDENCE
  }

  /** What came of reading a field. */
  sealed interface Reading {
    record Found(String value) implements Reading {}

    record Absent(String reason) implements Reading {}

    static Reading of(Optional<String> value, String reason) {
      return value.<Reading>map(Found::new).orElseGet(() -> new Absent(reason));
    }
  }

  Reading read(Path root) {
    return reader.apply(root);
  }

  /** The whole content of a file. */
  static Field file(Group group, String name, String file) {
    return new Field(group, name, root -> content(root, file));
  }

  /** The chosen word of a file such as {@code always [madvise] never}. */
  static Field choice(Group group, String name, String file) {
    return match(group, name, file, "\\[([^\\]]+)\\]");
  }

  /**
   * The first group of the first match of a pattern in a file; {@code ^} and {@code $} are lines'.
   */
  static Field match(Group group, String name, String file, String pattern) {
    Pattern compiled = Pattern.compile(pattern, Pattern.MULTILINE);
    return new Field(
        group,
        name,
        root ->
            switch (content(root, file)) {
              case Reading.Found(String text) -> {
                Matcher matcher = compiled.matcher(text);
                yield Reading.of(
                    matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty(),
                    "not told by /" + file);
              }
              case Reading.Absent absent -> absent;
            });
  }

  /** A value of this JVM. */
  static Field here(Group group, String name, Optional<String> value, String reason) {
    return new Field(group, name, _ -> Reading.of(value, reason));
  }

  static Reading content(Path root, String file) {
    try {
      String text = Files.readString(root.resolve(file)).strip();
      return text.isEmpty()
          ? new Reading.Absent("/" + file + " is empty")
          : new Reading.Found(text);
    } catch (NoSuchFileException | NotDirectoryException _) {
      return new Reading.Absent("no /" + file);
    } catch (AccessDeniedException _) {
      return new Reading.Absent("no permission to read /" + file);
    } catch (IOException e) {
      return new Reading.Absent("/" + file + ": " + e.getMessage());
    }
  }
}
