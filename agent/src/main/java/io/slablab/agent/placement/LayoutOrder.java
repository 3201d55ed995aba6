package io.slablab.agent.placement;

import io.slablab.agent.placement.Places.Place;
import io.slablab.suites.spec.LayoutSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Puts the CPUs of a layout into its order. */
final class LayoutOrder {
  private static final Comparator<Place> SMT =
      Comparator.comparingInt(Place::socket)
          .thenComparingInt(Place::node)
          .thenComparingInt(Place::llc)
          .thenComparingInt(Place::core)
          .thenComparingInt(Place::thread);

  private LayoutOrder() {}

  /**
   * @param candidates the CPUs that the layout may use, in compact order
   */
  static List<Place> of(LayoutSpec layout, List<Place> candidates) {
    return switch (layout) {
      case LayoutSpec.Compact _, LayoutSpec.Socket _, LayoutSpec.Node _ -> candidates;
      case LayoutSpec.Smt _ -> candidates.stream().sorted(SMT).toList();
      case LayoutSpec.Scatter _ ->
          firstThreadsFirst(
              candidates, List.of(Place::socket, Place::node, Place::llc, Place::core));
      case LayoutSpec.PerLlc _ -> firstThreadsFirst(candidates, List.of(Place::llc, Place::core));
    };
  }

  private static List<Place> firstThreadsFirst(
      List<Place> candidates, List<ToIntFunction<Place>> levels) {
    return groups(candidates, Place::thread).stream()
        .flatMap(threads -> roundOver(threads, levels).stream())
        .toList();
  }

  /** Deals the CPUs one from each group of the first level in turn; inside a group likewise. */
  private static List<Place> roundOver(List<Place> cpus, List<ToIntFunction<Place>> levels) {
    if (levels.isEmpty()) {
      return cpus;
    }
    List<ToIntFunction<Place>> inner = levels.subList(1, levels.size());
    Deque<Deque<Place>> hands =
        groups(cpus, levels.getFirst()).stream()
            .map(group -> new ArrayDeque<>(roundOver(group, inner)))
            .collect(Collectors.toCollection(ArrayDeque::new));
    List<Place> dealt = new ArrayList<>();
    while (!hands.isEmpty()) {
      Deque<Place> hand = hands.removeFirst();
      dealt.add(hand.removeFirst());
      if (!hand.isEmpty()) {
        hands.addLast(hand);
      }
    }
    return dealt;
  }

  private static List<List<Place>> groups(List<Place> cpus, ToIntFunction<Place> level) {
    Map<Integer, List<Place>> byRank =
        cpus.stream()
            .collect(Collectors.groupingBy(level::applyAsInt, TreeMap::new, Collectors.toList()));
    return List.copyOf(byRank.values());
  }
}
