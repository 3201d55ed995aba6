package io.slablab.allocator.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/**
 * What the checker of locks costs on hot paths: at level off, against classes without the calls
 * that a checker listens to.
 *
 * <p>A method that is compiled twice does not run equally fast twice: where its code and its data
 * come to lie is chance, worth some percent, and stays as it is. So each block loads the classes
 * anew, and has them compiled anew, for every side; its slices of a few milliseconds alternate
 * between the sides, so that the machine's drift hits all alike. A block gives one ratio of medians
 * per side; blocks are resampled for the interval. The side "again" is the base once more: what it
 * shows is chance. The others are compared with the mean of both.
 *
 * <p>{@code -Dbench.levels=true} adds the levels that check.
 */
public final class LockdepTable {
  private static final int BLOCKS_PER_ROUND = 6;
  private static final int SLICES = 12;
  private static final long SLICE_NS = 8_000_000;

  /** A build of the classes and the level of a stack made of them. */
  private enum Side {
    WITHOUT(true, "OFF"),
    AGAIN(true, "OFF"),
    OFF(false, "OFF"),
    LOCKS(false, "LOCKS"),
    FULL(false, "FULL");

    final boolean bare;
    final String level;

    Side(boolean bare, String level) {
      this.bare = bare;
      this.level = level;
    }
  }

  /** A hot path, and in how many slices the last compiler is done with it. */
  private enum Path {
    SLUB("Slub", 24),
    PAGE("Page", 24),
    PERCPU("Percpu", 48),
    EXEC("Exec", 60);

    final String loop;
    final int warmSlices;

    Path(String loop, int warmSlices) {
      this.loop = loop;
      this.warmSlices = warmSlices;
    }
  }

  /** What is known of a path on a side: a figure of each block. */
  private record Row(Path path, Side side, List<Double> ns, List<Double> ratios) {
    void add(double figure, double base) {
      ns.add(figure);
      ratios.add(figure / base);
    }

    double medianNs() {
      return Spread.median(ns.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  private final Random random = new Random(1);
  private final List<Row> rows = new ArrayList<>();
  private int removed;

  private LockdepTable(Side last) {
    for (Path path : Path.values()) {
      for (Side side : Side.values()) {
        if (side.compareTo(last) <= 0) {
          rows.add(new Row(path, side, new ArrayList<>(), new ArrayList<>()));
        }
      }
    }
  }

  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    Pin.to(0);
    LockdepTable table =
        new LockdepTable(Boolean.getBoolean("bench.levels") ? Side.FULL : Side.OFF);
    for (int block = 0; block < rounds * BLOCKS_PER_ROUND; block++) {
      for (Path path : Path.values()) {
        table.measure(path);
      }
      System.gc(); // lets the block's classes and their code go
    }
    table.print();
  }

  private void measure(Path path) throws Exception {
    List<Row> order = new ArrayList<>(rows);
    order.removeIf(row -> row.path != path);
    Collections.shuffle(order, random);
    List<LongUnaryOperator> loops = new ArrayList<>();
    for (Row row : order) {
      loops.add(loop(row));
    }
    double[] medians = medians(loops, path.warmSlices);
    double without = medians[indexOf(order, Side.WITHOUT)];
    double base = Math.sqrt(without * medians[indexOf(order, Side.AGAIN)]);
    for (int i = 0; i < medians.length; i++) {
      Row row = order.get(i);
      row.add(medians[i], row.side == Side.AGAIN ? without : base);
    }
    for (LongUnaryOperator loop : loops) {
      ((AutoCloseable) loop).close();
    }
  }

  private static int indexOf(List<Row> rows, Side side) {
    int at = 0;
    while (rows.get(at).side != side) {
      at++;
    }
    return at;
  }

  private LongUnaryOperator loop(Row row) throws ReflectiveOperationException {
    ClassCopy copy = new ClassCopy(row.side.bare);
    var constructor =
        copy.loadClass(HotLoop.class.getName() + "$" + row.path.loop)
            .getDeclaredConstructor(String.class);
    constructor.setAccessible(true);
    LongUnaryOperator loop = (LongUnaryOperator) constructor.newInstance(row.side.level);
    removed = Math.max(removed, copy.removed());
    return loop;
  }

  /** Nanoseconds per operation: the median of each loop's slices, which take turns. */
  private static double[] medians(List<LongUnaryOperator> loops, int warmSlices) {
    long[] operations = new long[loops.size()];
    Arrays.fill(operations, 1);
    double[][] slices = new double[loops.size()][SLICES];
    for (int slice = -warmSlices; slice < SLICES; slice++) {
      for (int i = 0; i < operations.length; i++) {
        double each = (double) loops.get(i).applyAsLong(operations[i]) / operations[i];
        if (slice < 0) {
          operations[i] = Math.max(1, (long) (SLICE_NS / each));
        } else {
          slices[i][slice] = each;
        }
      }
    }
    return Arrays.stream(slices).mapToDouble(Spread::median).toArray();
  }

  private void print() {
    System.out.printf("calls taken out of the base: %d%n%n", removed);
    System.out.printf(
        "%-8s %-8s %7s %12s %28s%n", "path", "side", "blocks", "ns/op", "ratio to without, 95 %");
    for (Row row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-8s %-8s %7d %12.2f %28s%n",
          row.path.name().toLowerCase(Locale.ROOT),
          row.side.name().toLowerCase(Locale.ROOT),
          row.ns.size(),
          row.medianNs(),
          row.side == Side.WITHOUT ? "1" : Spread.of(row.ratios).toString());
    }
  }
}
