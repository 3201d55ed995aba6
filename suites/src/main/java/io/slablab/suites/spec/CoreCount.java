package io.slablab.suites.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many CPUs; words and percentages are resolved on each host. */
public sealed interface CoreCount {

  /** Exactly so many, at least 1. */
  record Exactly(int count) implements CoreCount {
    public Exactly {
      if (count < 1) {
        throw new IllegalArgumentException("cores must be at least 1, not " + count);
      }
    }

    @Override
    public String toString() {
      return Integer.toString(count);
    }
  }

  /** A share of all usable CPUs, rounded down, at least one CPU. */
  record Percent(int percent) implements CoreCount {
    public Percent {
      if (percent < 1 || percent > 100) {
        throw new IllegalArgumentException("percent must lie in 1..100, not " + percent);
      }
    }

    @Override
    public String toString() {
      return percent + "%";
    }
  }

  /** As many as one unit of the topology has. */
  record Unit(Kind kind) implements CoreCount {
    /** A unit of the topology. */
    public enum Kind {
      LLC,
      NODE,
      SOCKET,
      ALL
    }

    @Override
    public String toString() {
      return kind.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * @throws IllegalArgumentException when the text is no core count
   */
  static CoreCount parse(String text) {
    return switch (text) {
      case "llc" -> new Unit(Unit.Kind.LLC);
      case "node" -> new Unit(Unit.Kind.NODE);
      case "socket" -> new Unit(Unit.Kind.SOCKET);
      case "all" -> new Unit(Unit.Kind.ALL);
      default -> number(text);
    };
  }

  private static CoreCount number(String text) {
    Matcher matcher = Pattern.compile("(\\d{1,6})(%?)").matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a core count");
    }
    int value = Integer.parseInt(matcher.group(1));
    return matcher.group(2).isEmpty() ? new Exactly(value) : new Percent(value);
  }
}
