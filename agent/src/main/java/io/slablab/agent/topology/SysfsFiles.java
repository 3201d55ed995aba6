package io.slablab.agent.topology;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Small files and numbered directories of sysfs and procfs. Every file is read whole. */
final class SysfsFiles {
  private SysfsFiles() {}

  /**
   * The content without surrounding blanks; empty when there is no such file or it cannot be read.
   */
  static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  static Optional<CpuList> cpus(Path file) {
    return text(file).map(list -> parse(file, list));
  }

  private static CpuList parse(Path file, String list) {
    try {
      return CpuList.parse(list);
    } catch (IllegalArgumentException e) {
      throw new TopologyException(file, String.valueOf(e.getMessage()));
    }
  }

  static Optional<Integer> number(Path file) {
    return text(file).map(digits -> number(file, digits));
  }

  static int number(Path file, String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException _) {
      throw new TopologyException(file, "'" + digits + "' is not a number");
    }
  }

  /**
   * The N of the entries {@code <prefix>N} of a directory, ascending; none without the directory.
   */
  static List<Integer> numbered(Path directory, String prefix) {
    Pattern name = Pattern.compile(Pattern.quote(prefix) + "(\\d{1,7})");
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> name.matcher(entry.getFileName().toString()))
          .filter(Matcher::matches)
          .map(match -> Integer.valueOf(match.group(1)))
          .sorted()
          .toList();
    } catch (NoSuchFileException | java.nio.file.NotDirectoryException _) {
      return List.of();
    } catch (IOException e) {
      throw new TopologyException(directory, "cannot be listed: " + e.getMessage());
    }
  }

  /** The bytes of a {@code Name: 123 kB} line, wherever it stands in a meminfo file. */
  static Optional<Long> meminfoBytes(Path file, String name) {
    Pattern line = Pattern.compile("\\b" + name + ":\\s*(\\d+) kB");
    return text(file)
        .map(line::matcher)
        .filter(Matcher::find)
        .map(match -> Long.parseLong(match.group(1)) * 1024);
  }

  /** The bytes of a cache size such as {@code 32768K}; 0 when it is no such text. */
  static long cacheBytes(String size) {
    Matcher match = Pattern.compile("(\\d{1,12})([KMG]?)").matcher(size);
    if (!match.matches()) {
      return 0;
    }
    int shift =
        switch (match.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> 0;
        };
    return Long.parseLong(match.group(1)) << shift;
  }
}
