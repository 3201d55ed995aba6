package io.slablab.suites.yaml;

/**
 * One thing wrong in a text that a user wrote. Lines and columns count from 1, as editors count
 * them.
 *
 * @param file as the user named it, or the option that carried the text
 * @param line 0 where the text has no lines (an option)
 * @param column of the first character that is wrong
 * @param what is wrong
 * @param excerpt the line as written, empty where there is none
 * @param hint what would do; may be empty
 */
public record Problem(String file, int line, int column, String what, String excerpt, String hint) {
  private static final int WIDTH = 100;

  /** One to three lines: place and rule, the excerpt, a caret with the hint. */
  public String render() {
    String place = line == 0 ? harmless(file) : harmless(file) + ":" + line + ":" + column;
    String head = place + ": " + harmless(what);
    if (line == 0 || excerpt.isBlank()) {
      return hint.isEmpty() ? head : head + "\n    " + harmless(hint);
    }
    int[] points = excerpt.codePoints().toArray();
    int cut = Math.clamp(column - 1 - WIDTH / 2, 0, Math.max(0, points.length - WIDTH));
    String shown = new String(points, cut, Math.min(points.length - cut, WIDTH));
    int before = Math.min(column - 1 - cut, shown.codePointCount(0, shown.length()));
    String number = "    " + line;
    String caret = " ".repeat(number.length()) + " | " + blanks(shown, before) + "^";
    return head
        + "\n"
        + number
        + " | "
        + harmless(shown)
        + "\n"
        + (hint.isEmpty() ? caret : caret + " " + harmless(hint));
  }

  /** Control characters, escape sequences among them, never reach a terminal. */
  private static String harmless(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.chars()
        .forEach(c -> clean.append(c != '\t' && Character.isISOControl(c) ? '?' : (char) c));
    return clean.toString();
  }

  /** Blanks under the text, tabs under tabs: the caret stands right whatever a tab is worth. */
  private static String blanks(String text, int length) {
    StringBuilder blanks = new StringBuilder(length);
    text.codePoints().limit(length).forEach(c -> blanks.append(c == '\t' ? '\t' : ' '));
    return blanks.toString();
  }
}
