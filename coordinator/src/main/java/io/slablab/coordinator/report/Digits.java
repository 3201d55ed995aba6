package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Flag;
import io.slablab.coordinator.verdict.Gains;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How many digits a number is worth, and how it is written. ASCII. */
final class Digits {
  /** No difference is shown. */
  static final String NOTHING_SHOWN = "~";

  /** Not measured, or not defined. */
  static final String ABSENT = "-";

  private static final int MOST_DECIMALS = 4;
  private static final double SMALLEST_P = 1e-6;

  private Digits() {}

  /**
   * The gain of a row: a number only where its interval shows a difference. The difference in its
   * own unit where there is no ratio.
   */
  static String gain(Gains.Row row) {
    Double gain = row.gain();
    Double low = row.low();
    Double high = row.high();
    if (gain == null) {
      return difference(row);
    }
    if (low == null && row.flags().contains(Flag.IDENTICAL)) {
      return signed(gain * 100, 1) + " %"; // the same in every block: there is no doubt to show
    }
    if (low == null || high == null || (low <= 0 && high >= 0)) {
      return NOTHING_SHOWN;
    }
    return percent(gain, low, high);
  }

  private static String difference(Gains.Row row) {
    Gains.Interval difference = row.difference();
    if (difference == null) {
      return NOTHING_SHOWN;
    }
    Double low = difference.low();
    Double high = difference.high();
    boolean shown =
        low == null || high == null ? row.flags().contains(Flag.IDENTICAL) : low > 0 || high < 0;
    if (!shown) {
      return NOTHING_SHOWN;
    }
    return Units.signedLevel(difference.value(), row.unit());
  }

  /** Likewise over cells. */
  static String overall(Gains.Overall overall) {
    return overall.low() <= 0 && overall.high() >= 0
        ? NOTHING_SHOWN
        : percent(overall.gain(), overall.low(), overall.high());
  }

  /** The interval of a row, in per cent. */
  static String interval(Gains.Row row) {
    return interval(row.low(), row.high());
  }

  static String interval(@Nullable Double low, @Nullable Double high) {
    if (low == null || high == null) {
      return ABSENT;
    }
    int decimals = decimals((high - low) * 50);
    return "[" + signed(low * 100, decimals) + ", " + signed(high * 100, decimals) + "]";
  }

  /** A gain as digits of its own interval allow. */
  static String percent(double gain, double low, double high) {
    return signed(gain * 100, decimals((high - low) * 50)) + " %";
  }

  /** The robust companion, with the digits of the headline's interval. */
  static String hodgesLehmann(Gains.Row row) {
    Gains.Robust robust = row.hodgesLehmann();
    Double low = row.low();
    Double high = row.high();
    return robust == null || low == null || high == null
        ? ABSENT
        : percent(robust.gain(), low, high);
  }

  /** Never 0. */
  static String p(@Nullable Double p) {
    if (p == null) {
      return ABSENT;
    }
    if (p < SMALLEST_P) {
      return "< 1e-6";
    }
    BigDecimal rounded = new BigDecimal(p).round(new MathContext(2, RoundingMode.HALF_EVEN));
    return p < 1e-4
        ? String.format(Locale.ROOT, "%.0e", p)
        : rounded.stripTrailingZeros().toPlainString();
  }

  /** A margin or loss, unsigned, two significant digits. */
  static String margin(@Nullable Double fraction) {
    if (fraction == null) {
      return ABSENT;
    }
    double percent = Math.abs(fraction * 100);
    return fixed(percent, decimals(percent)) + " %";
  }

  /** Decimals that show two significant digits of a half-width; 0 where it is 10 or more. */
  static int decimals(double halfWidth) {
    if (!(halfWidth > 0) || Double.isInfinite(halfWidth)) {
      return 1;
    }
    BigDecimal two = new BigDecimal(halfWidth).round(new MathContext(2, RoundingMode.HALF_EVEN));
    int exponent = two.precision() - two.scale() - 1;
    return Math.clamp(1L - exponent, 0, MOST_DECIMALS);
  }

  /** With a sign, unless it rounds to 0. */
  static String signed(double value, int decimals) {
    String digits = fixed(value, decimals);
    boolean zero = digits.chars().allMatch(c -> c == '0' || c == '.');
    return zero || digits.startsWith("-") ? digits : "+" + digits;
  }

  /** Without an exponent; never a negative zero. */
  static String fixed(double value, int decimals) {
    return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }
}
