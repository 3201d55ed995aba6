package io.slablab.suites.yaml;

import java.util.List;

/** Words that may be right one day: what this version has is said plainly. */
final class Available {
  private Available() {}

  static void report(YamlValue place, String kind, String word, List<String> available) {
    String hint =
        DidYouMean.nearest(word, available)
            .map(best -> "did you mean '" + best + "'?")
            .orElse("available: " + String.join(", ", available));
    place.problem(kind + " '" + word + "' is not available in this version", hint);
  }

  /** Whether a value is an available word; reports it where it is not. */
  static boolean check(YamlValue value, String kind, List<String> available) {
    return value
        .text("available: " + String.join(", ", available))
        .map(word -> {
          if (!available.contains(word)) {
            report(value, kind, word, available);
          }
          return available.contains(word);
        })
        .orElse(false);
  }
}
