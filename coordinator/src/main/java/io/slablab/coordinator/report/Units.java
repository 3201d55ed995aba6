package io.slablab.coordinator.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Levels for people: three significant digits and a unit that keeps them short. ASCII. */
final class Units {
  /** The unit of memory in gains.json. */
  static final String BYTES = "B";

  private static final int SIGNIFICANT = 3;
  private static final String[] TIMES = {"ns", "us", "ms", "s"};
  private static final String[] COUNTS = {"", "k", "M", "G", "T"};
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Units() {}

  /**
   * @param unit as in gains.json: ops/s, ns, ns/op, B; another one is written as it is
   */
  static String level(@Nullable Double value, String unit) {
    if (value == null || !Double.isFinite(value)) {
      return Digits.ABSENT;
    }
    return switch (unit) {
      case "ops/s" -> scaled(value, 1000, COUNTS, "/s");
      case "ns" -> scaled(value, 1000, TIMES, "");
      case "ns/op" -> scaled(value, 1000, TIMES, "/op");
      case BYTES -> scaled(value, 1024, SIZES, "");
      default -> significant(value) + " " + unit;
    };
  }

  /** As {@link #level}, with a sign unless it is 0. */
  static String signedLevel(double value, String unit) {
    return (value > 0 ? "+" : "") + level(value, unit);
  }

  /** A count per operation: enough digits to tell 0.001 from nothing. */
  static String perOperation(@Nullable Double value) {
    if (value == null || !Double.isFinite(value)) {
      return Digits.ABSENT;
    }
    if (value == 0) {
      return "0";
    }
    return Math.abs(value) < 0.0005 ? "< 0.001" : Digits.fixed(value, value < 10 ? 3 : 1);
  }

  /** Three significant digits, no exponent. */
  static String significant(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(SIGNIFICANT, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    return rounded
        .setScale(Math.max(0, SIGNIFICANT - 1 - exponent), RoundingMode.HALF_EVEN)
        .toPlainString();
  }

  /** At most three significant digits, no trailing zeros: for settings such as 0.05. */
  static String plain(double value) {
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(SIGNIFICANT, RoundingMode.HALF_EVEN));
    return value == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private static String scaled(double value, int step, String[] prefixes, String suffix) {
    double size = value;
    int index = 0;
    // 999.5 would round up to 1000: it is 1.00 of the next unit
    while (Math.abs(size) >= step * (1 - 0.0005) && index < prefixes.length - 1) {
      size /= step;
      index++;
    }
    return significant(size) + " " + prefixes[index] + suffix;
  }
}
