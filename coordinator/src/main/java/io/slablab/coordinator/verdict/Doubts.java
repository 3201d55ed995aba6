package io.slablab.coordinator.verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the doubts about one comparison: a flag and a sentence each. Not thread-safe. */
final class Doubts {
  private final Map<Flag, String> doubts = new LinkedHashMap<>();

  /**
   * Adds a doubt; the sentence is a {@link String#format} pattern. A flag keeps its first sentence.
   */
  void add(Flag flag, String sentence, Object... arguments) {
    doubts.putIfAbsent(flag, String.format(Locale.ROOT, sentence, arguments));
  }

  boolean has(Flag flag) {
    return doubts.containsKey(flag);
  }

  List<Flag> flags() {
    return List.copyOf(doubts.keySet());
  }

  /** The sentences, except those that a note of the campaign says for all rows at once. */
  List<String> warnings() {
    List<String> sentences = new ArrayList<>();
    doubts.forEach((flag, sentence) -> {
      if (flag != Flag.CO_RISK) {
        sentences.add(sentence);
      }
    });
    return List.copyOf(sentences);
  }
}
