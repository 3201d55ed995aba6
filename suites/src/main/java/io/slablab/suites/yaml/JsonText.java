package io.slablab.suites.yaml;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Maps, lists, texts, numbers and booleans as indented JSON, keys in the order of the map. */
final class JsonText {
  private JsonText() {}

  static String of(Object value) {
    return of(value, "\n");
  }

  private static String of(Object value, String newline) {
    String inner = newline + "  ";
    return switch (value) {
      case Map<?, ?> map when map.isEmpty() -> "{}";
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(e -> quoted(String.valueOf(e.getKey())) + ": " + of(e.getValue(), inner))
              .collect(Collectors.joining("," + inner, "{" + inner, newline + "}"));
      case List<?> list when list.stream().noneMatch(JsonText::nested) ->
          list.stream().map(item -> of(item, inner)).collect(Collectors.joining(", ", "[", "]"));
      case List<?> list ->
          list.stream()
              .map(item -> of(item, inner))
              .collect(Collectors.joining("," + inner, "[" + inner, newline + "]"));
      case String text -> quoted(text);
      case Number number -> number.toString();
      case Boolean bool -> bool.toString();
      default -> throw new IllegalArgumentException("no JSON form: " + value.getClass());
    };
  }

  private static boolean nested(Object value) {
    return value instanceof Map || value instanceof List;
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        default -> {
          if (c < ' ') {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
