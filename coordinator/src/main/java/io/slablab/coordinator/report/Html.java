package io.slablab.coordinator.report;

import java.util.List;
import java.util.Set;

/** Small pieces of HTML. Everything that comes from a run goes through {@link #text}. */
final class Html {

  private Html() {}

  /** Text as an element's content or a quoted attribute's value. */
  static String text(String raw) {
    StringBuilder out = new StringBuilder(raw.length() + 16);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** Our ASCII numbers and sentences with their real signs. */
  static String pretty(String ascii) {
    if (ascii.equals(Digits.ABSENT)) {
      return "\u2013";
    }
    return text(
        ascii
            .replaceAll("(?<![\\w.])-(?=[\\d.])", "\u2212")
            .replaceAll("(\\d) us\\b", "$1 \u00b5s")
            .replace("->", "\u2192")
            .replaceAll(
                "(\\d) (?=(%|ns|\u00b5s|ms|s|k/s|M/s|G/s|/s|B|KiB|MiB|GiB)\\b|%)", "$1\u00a0"));
  }

  /** Safe inside a script element: nothing in it can end the element or open a comment. */
  static String script(String code) {
    return code.replace("</script", "<\\/script").replace("<!--", "<\\!--");
  }

  /** JSON as the content of a script element of type application/json. */
  static String json(String json) {
    return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
  }

  /** A table of ASCII texts; {@code numeric} columns align right. */
  static String table(List<String> names, Set<Integer> numeric, List<List<String>> rows) {
    StringBuilder table = new StringBuilder("<div class=scroll><table><thead><tr>");
    for (int i = 0; i < names.size(); i++) {
      table.append(open("th", numeric.contains(i))).append(pretty(names.get(i))).append("</th>");
    }
    table.append("</tr></thead><tbody>");
    for (List<String> row : rows) {
      table.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        table.append(open("td", numeric.contains(i))).append(pretty(row.get(i))).append("</td>");
      }
      table.append("</tr>");
    }
    return table.append("</tbody></table></div>").toString();
  }

  private static String open(String element, boolean number) {
    return "<" + element + (number ? " class=num>" : ">");
  }
}
