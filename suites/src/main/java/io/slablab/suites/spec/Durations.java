package io.slablab.suites.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a whole number and a unit of ns, us, ms, s, m or h. */
public final class Durations {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ns|us|ms|s|m|h)");
  private static final String[] UNITS = {"h", "m", "s", "ms", "us"};

  private Durations() {}

  /**
   * @return nanoseconds
   * @throws IllegalArgumentException when the text is no duration or longer than 290 years
   */
  public static long parseNs(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a duration");
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unitNs(matcher.group(2)));
    } catch (ArithmeticException _) {
      throw new IllegalArgumentException("'" + text + "' is too long");
    }
  }

  /** The shortest text that reads back as the same length. */
  public static String text(long ns) {
    for (String unit : UNITS) {
      if (ns != 0 && ns % unitNs(unit) == 0) {
        return ns / unitNs(unit) + unit;
      }
    }
    return ns + "ns";
  }

  private static long unitNs(String unit) {
    return switch (unit) {
      case "ns" -> 1L;
      case "us" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> throw new IllegalArgumentException("no such unit: " + unit);
    };
  }
}
