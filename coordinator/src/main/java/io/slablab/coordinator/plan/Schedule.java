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

  /**
   * A cell to be scheduled.
   *
   * @param arms what a block has one trial of each
   */
  record Arms(String cell, List<String> arms) {}

  /** The orders in which one cell's variants run, block after block. */
  private static final class Visits {
    final String cell;
    private final List<String> arms;
    private final Streams stream;
    private List<String> last;

    Visits(long seed, Arms cell) {
      this.cell = cell.cell();
      this.arms = List.copyOf(cell.arms());
      this.stream = Streams.of(seed, "variant-order/" + cell.cell());
      this.last = arms;
    }

    List<Step> next(int block) {
      last = block % 2 == 0 ? stream.shuffle(arms) : last.reversed();
      List<Step> steps = new ArrayList<>();
      for (int position = 0; position < last.size(); position++) {
        steps.add(new Step(cell, block, position, last.get(position)));
      }
      return steps;
    }
  }

  private Schedule() {}

  /** The order of one block's variants, as in a schedule of any length beyond it. */
  static List<String> order(long seed, Arms cell, int block) {
    Visits visits = new Visits(seed, cell);
    List<Step> steps = List.of();
    for (int b = 0; b <= block; b++) {
      steps = visits.next(b);
    }
    return steps.stream().map(Step::variant).toList();
  }

  /** All trials in order, of cells that have the same variants. */
  static List<Step> of(long seed, List<String> cells, List<String> variants, int blocks) {
    return of(seed, cells.stream().map(cell -> new Arms(cell, variants)).toList(), blocks);
  }

  /** All trials in order. What a cell's blocks look like depends on no other cell. */
  static List<Step> of(long seed, List<Arms> cells, int blocks) {
    Streams cellOrder = Streams.of(seed, "cell-order");
    List<Visits> visits = cells.stream().map(cell -> new Visits(seed, cell)).toList();
    List<Step> steps = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      for (Visits cell : cellOrder.shuffle(visits)) {
        steps.addAll(cell.next(block));
      }
    }
    return steps;
  }
}
