package io.slablab.suites.spec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How CPUs are chosen. */
public sealed interface LayoutSpec {

  /**
   * Fill a core after the other, a cache after the other, a node after the other; one thread per
   * core first.
   */
  record Compact() implements LayoutSpec {
    @Override
    public String toString() {
      return "compact";
    }
  }

  /** As far apart as possible: round over sockets, then nodes, then caches. */
  record Scatter() implements LayoutSpec {
    @Override
    public String toString() {
      return "scatter";
    }
  }

  /** One CPU of each last-level cache in turn. */
  record PerLlc() implements LayoutSpec {
    @Override
    public String toString() {
      return "per-llc";
    }
  }

  /** All threads of a core before the next core. */
  record Smt() implements LayoutSpec {
    @Override
    public String toString() {
      return "smt";
    }
  }

  /** Compact within one socket. */
  record Socket(int id) implements LayoutSpec {
    @Override
    public String toString() {
      return "socket:" + id;
    }
  }

  /** Compact within one node. */
  record Node(int id) implements LayoutSpec {
    @Override
    public String toString() {
      return "node:" + id;
    }
  }

  /**
   * @throws IllegalArgumentException when the text is no layout
   */
  static LayoutSpec parse(String text) {
    return switch (text) {
      case "compact" -> new Compact();
      case "scatter" -> new Scatter();
      case "per-llc" -> new PerLlc();
      case "smt" -> new Smt();
      default -> numbered(text);
    };
  }

  private static LayoutSpec numbered(String text) {
    Matcher matcher = Pattern.compile("(socket|node):(\\d{1,4})").matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a layout");
    }
    int id = Integer.parseInt(matcher.group(2));
    return matcher.group(1).equals("socket") ? new Socket(id) : new Node(id);
  }
}
