package io.slablab.coordinator.plan;

import io.slablab.coordinator.stats.Streams;
import java.util.ArrayList;
import java.util.List;

/**
 * The interleaved random order of one host's trials, round after round. A pure function of seed,
 * cells and variants; the first n rounds are the same however many follow.
 */
final class Schedule {

  /** One trial by name. */
  record Step(String cell, int block, int position, String variant) {}

  /** The orders in which one cell's variants run, block after block. */
  private static final class Visits {
    final String cell;
    private final Streams stream;
    private List<String> last;

    Visits(long seed, String cell, List<String> variants) {
      this.cell = cell;
      this.stream = Streams.of(seed, "variant-order/" + cell);
      this.last = List.copyOf(variants);
    }

    List<String> next(List<String> variants, int block) {
      last = block % 2 == 0 ? stream.shuffle(variants) : last.reversed();
      return last;
    }
  }

  private Schedule() {}

  /** All trials in order. */
  static List<Step> of(long seed, List<String> cells, List<String> variants, int blocks) {
    Streams cellOrder = Streams.of(seed, "cell-order");
    List<Visits> visits = cells.stream().map(cell -> new Visits(seed, cell, variants)).toList();
    List<Step> steps = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      for (Visits cell : cellOrder.shuffle(visits)) {
        List<String> order = cell.next(variants, block);
        for (int position = 0; position < order.size(); position++) {
          steps.add(new Step(cell.cell, block, position, order.get(position)));
        }
      }
    }
    return steps;
  }
}
