package io.slablab.coordinator.inventory;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of hosts: their order, and the ranges that stand for many. */
final class HostNames {
  /** Letters by code, runs of digits by value; equal values by text, so that the order is total. */
  static final Comparator<String> ORDER =
      ((Comparator<String>) HostNames::natural).thenComparing(Comparator.naturalOrder());

  /** Safe as a folder name, and no pattern. */
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");

  private static final Pattern PART = Pattern.compile("\\d+|\\D+");
  private static final Pattern RANGE =
      Pattern.compile(
          "\\[(?:(\\d{1,6}):(\\d{1,6})|([a-z]):([a-z])|([A-Z]):([A-Z]))(?::(\\d{1,6}))?]");
  private static final int MOST_HOSTS = 10_000;

  private HostNames() {}

  /**
   * All names that a name with ranges stands for.
   *
   * @throws IllegalArgumentException when a range is malformed, runs backwards or gives too many
   */
  static List<String> expand(String name) {
    Matcher range = RANGE.matcher(name);
    if (!range.find()) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException("'" + name + "' is no name of a host");
      }
      return List.of(name);
    }
    List<String> names = new ArrayList<>();
    for (String item : items(name, range)) {
      names.addAll(expand(name.substring(0, range.start()) + item + name.substring(range.end())));
      if (names.size() > MOST_HOSTS) {
        throw new IllegalArgumentException("'" + name + "' is more than " + MOST_HOSTS + " hosts");
      }
    }
    return names;
  }

  private static List<String> items(String name, Matcher range) {
    boolean digits = range.group(1) != null;
    int group = digits ? 1 : range.group(3) != null ? 3 : 5;
    String low = range.group(group);
    String high = range.group(group + 1);
    int from = digits ? Integer.parseInt(low) : low.charAt(0);
    int to = digits ? Integer.parseInt(high) : high.charAt(0);
    int step = range.group(7) == null ? 1 : Integer.parseInt(range.group(7));
    if (from > to || step == 0 || (to - from) / step >= MOST_HOSTS) {
      throw new IllegalArgumentException("the range in '" + name + "' is empty or too long");
    }
    List<String> items = new ArrayList<>();
    for (int i = from; i <= to; i += step) {
      items.add(digits ? padded(i, low) : String.valueOf((char) i));
    }
    return items;
  }

  /** A leading zero asks for the width of the first number. */
  private static String padded(int value, String low) {
    String digits = Integer.toString(value);
    int missing = low.startsWith("0") ? low.length() - digits.length() : 0;
    return "0".repeat(Math.max(0, missing)) + digits;
  }

  private static int natural(String a, String b) {
    Matcher x = PART.matcher(a);
    Matcher y = PART.matcher(b);
    while (x.find()) {
      if (!y.find()) {
        return 1;
      }
      int order = compareParts(x.group(), y.group());
      if (order != 0) {
        return order;
      }
    }
    return y.find() ? -1 : 0;
  }

  private static int compareParts(String a, String b) {
    boolean numbers = isDigit(a.charAt(0)) && isDigit(b.charAt(0));
    return numbers ? new BigInteger(a).compareTo(new BigInteger(b)) : a.compareTo(b);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
