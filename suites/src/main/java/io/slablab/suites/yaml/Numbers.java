package io.slablab.suites.yaml;

import java.util.function.Function;

/** Parsers of numbers within bounds, with messages for the people who wrote them. */
public final class Numbers {
  private Numbers() {}

  /** A whole number in [low, high], in decimal digits. */
  public static Function<String, Long> whole(long low, long high) {
    return text -> {
      long value;
      try {
        value = Long.parseLong(text);
      } catch (NumberFormatException _) {
        throw new IllegalArgumentException(
            text.matches("[+-]?\\d+")
                ? "'" + text + "' is too large a number"
                : "'" + text + "' is not a whole number");
      }
      if (value < low || value > high) {
        throw new IllegalArgumentException(
            value < low
                ? text + " is too small, at least " + low
                : text + " is too large, at most " + high);
      }
      return value;
    };
  }

  /** As {@link #whole}, for bounds within int. */
  public static Function<String, Integer> integer(int low, int high) {
    return whole(low, high).andThen(Math::toIntExact);
  }

  /** A share in [0, 1] written as a number, or as a percentage up to 100%. */
  public static double share(String text) {
    boolean percent = text.endsWith("%");
    String digits = percent ? text.substring(0, text.length() - 1) : text;
    if (!digits.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      throw new IllegalArgumentException("'" + text + "' is not a share");
    }
    double share = Double.parseDouble(digits) / (percent ? 100 : 1);
    if (share > 1) {
      throw new IllegalArgumentException("'" + text + "' is more than 100%");
    }
    return share;
  }

  /** A share greater than 0. */
  public static double positiveShare(String text) {
    double share = share(text);
    if (share == 0) {
      throw new IllegalArgumentException("must be more than 0");
    }
    return share;
  }

  /** True or false, and nothing that looks like it. */
  public static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }
}
