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
    if (line == 0) {
      return hint.isEmpty() ? file + ": " + what : file + ": " + what + "\n    " + hint;
    }
    String head = file + ":" + line + ":" + column + ": " + what;
    if (excerpt.isBlank()) {
      return hint.isEmpty() ? head : head + "\n    " + hint;
    }
    String number = "    " + line;
    int cut = Math.clamp(column - 1 - WIDTH / 2, 0, Math.max(0, excerpt.length() - WIDTH));
    String shown = shown(cut);
    int before = Math.min(column - 1 - cut, shown.length());
    String caret = " ".repeat(number.length()) + " | " + blanks(shown, before) + "^";
    return head
        + "\n"
        + number
        + " | "
        + shown
        + "\n"
        + (hint.isEmpty() ? caret : caret + " " + hint);
  }

  /** A window of a long line, with control characters (escape sequences too) made harmless. */
  private String shown(int cut) {
    String window = excerpt.substring(cut, Math.min(excerpt.length(), cut + WIDTH));
    StringBuilder clean = new StringBuilder(window.length());
    window
        .chars()
        .forEach(c -> clean.append(c != '\t' && Character.isISOControl(c) ? '?' : (char) c));
    return clean.toString();
  }

  /** Blanks under the text, tabs under tabs: the caret stands right whatever a tab is worth. */
  private static String blanks(String text, int length) {
    StringBuilder blanks = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      blanks.append(text.charAt(i) == '\t' ? '\t' : ' ');
    }
    return blanks.toString();
  }
}
