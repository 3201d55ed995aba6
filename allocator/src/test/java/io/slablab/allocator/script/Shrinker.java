package io.slablab.allocator.script;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Delta debugging: takes chunks away as long as what is left still fails, halves the chunks when
 * none can go, and ends when no single element can. The result is 1-minimal, not the least one.
 */
final class Shrinker {
  private Shrinker() {}

  /**
   * @param failing fails
   * @param fails deterministic
   * @return a part of {@code failing}, in its order, that fails and of which every element is
   *     needed
   */
  static <T> List<T> shrink(List<T> failing, Predicate<List<T>> fails) {
    List<T> left = failing;
    int chunk = Math.max(1, left.size() / 2);
    while (true) {
      List<T> less = withoutChunks(left, chunk, fails);
      boolean shrunk = less.size() < left.size();
      left = less;
      if (!shrunk && chunk == 1) {
        return left;
      }
      chunk = shrunk ? Math.clamp(left.size() / 2, 1, chunk) : chunk / 2;
    }
  }

  /** One pass from the end, where what only came after the failure's cause stands. */
  private static <T> List<T> withoutChunks(List<T> from, int chunk, Predicate<List<T>> fails) {
    List<T> left = from;
    for (int end = left.size(); end > 0; end -= chunk) {
      List<T> less = new ArrayList<>(left.subList(0, Math.max(0, end - chunk)));
      less.addAll(left.subList(end, left.size()));
      if (fails.test(less)) {
        left = less;
      }
    }
    return left;
  }
}
