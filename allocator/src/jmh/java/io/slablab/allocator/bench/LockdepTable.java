package io.slablab.allocator.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private record Side(String title, boolean bare, String level) {}

  private static final Side WITHOUT = new Side("without", true, "OFF");
  private static final Side AGAIN = new Side("again", true, "OFF");

  /**
   * A hot path.
   *
   * @param warmSlices until the last compiler is done with it
   */
  private record Path(String loop, int warmSlices) {}

  private static final List<Path> PATHS =
      List.of(
          new Path("Slub", 24), new Path("Page", 24), new Path("Percpu", 48), new Path("Exec", 60));


  private final Random random = new Random(1);
  private final List<Side> sides = new ArrayList<>();

  /** By path and side: nanoseconds, and the ratio to the base of the same block. */
  private final Map<Path, Map<Side, List<Double>>> ns = new LinkedHashMap<>();

  private final Map<Path, Map<Side, List<Double>>> ratios = new LinkedHashMap<>();
  private int removed;

  private LockdepTable() {
    sides.addAll(List.of(WITHOUT, AGAIN, new Side("off", false, "OFF")));
    if (Boolean.getBoolean("bench.levels")) {
      sides.addAll(List.of(new Side("locks", false, "LOCKS"), new Side("full", false, "FULL")));
    }
  }

  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    Pin.to(0);
    LockdepTable table = new LockdepTable();
    for (int block = 0; block < rounds * BLOCKS_PER_ROUND; block++) {
      table.block();
    }
    table.print();
  }

  private void block() throws Exception {
    for (Path path : PATHS) {
      List<Side> order = new ArrayList<>(sides);
      Collections.shuffle(order, random);
      measure(path, order);
    }
    System.gc(); // lets the block's classes and their code go
  }

  private void measure(Path path, List<Side> order) throws Exception {
    Map<Side, LongUnaryOperator> loops = new LinkedHashMap<>();
    for (Side side : order) {
      ClassCopy copy = new ClassCopy(side.bare);
      loops.put(side, loop(copy, path.loop, side.level));
      removed = Math.max(removed, copy.removed());
    }
    Map<Side, Double> medians = medians(loops, path.warmSlices);
    double once = medians.get(WITHOUT);
    double base = Math.sqrt(once * medians.get(AGAIN));
    medians.forEach((side, median) -> {
      add(ns, path, side, median);
      add(ratios, path, side, median / (side == AGAIN ? once : base));
    });
    for (LongUnaryOperator loop : loops.values()) {
      ((AutoCloseable) loop).close();
    }
  }

  private static LongUnaryOperator loop(ClassCopy copy, String path, String level)
      throws ReflectiveOperationException {
    var constructor =
        copy.loadClass(HotLoop.class.getName() + "$" + path).getDeclaredConstructor(String.class);
    constructor.setAccessible(true);
    return (LongUnaryOperator) constructor.newInstance(level);
  }

  /** Nanoseconds per operation: the median of each side's slices, which take turns. */
  private static Map<Side, Double> medians(
      Map<Side, LongUnaryOperator> loops, int warmSlices) {
    Map<Side, Long> operations = new LinkedHashMap<>();
    loops.keySet().forEach(side -> operations.put(side, 1L));
    Map<Side, double[]> slices = new LinkedHashMap<>();
    loops.keySet().forEach(side -> slices.put(side, new double[SLICES]));
    for (int slice = -warmSlices; slice < SLICES; slice++) {
      for (var loop : loops.entrySet()) {
        long count = operations.get(loop.getKey());
        double each = (double) loop.getValue().applyAsLong(count) / count;
        if (slice < 0) {
          operations.put(loop.getKey(), Math.max(1, (long) (SLICE_NS / each)));
        } else {
          slices.get(loop.getKey())[slice] = each;
        }
      }
    }
    Map<Side, Double> medians = new LinkedHashMap<>();
    slices.forEach((side, each) -> medians.put(side, Spread.median(each)));
    return medians;
  }

  private static void add(
      Map<Path, Map<Side, List<Double>>> figures, Path path, Side side, double figure) {
    figures
        .computeIfAbsent(path, _ -> new LinkedHashMap<>())
        .computeIfAbsent(side, _ -> new ArrayList<>())
        .add(figure);
  }

  private void print() {
    System.out.printf("%d calls taken out of the base%n%n", removed);
    System.out.printf(
        "%-8s %-8s %7s %12s %28s%n", "path", "side", "blocks", "ns/op", "ratio to without, 95 %");
    for (Path path : PATHS) {
      for (Side side : sides) {
        double[] times = ns.get(path).get(side).stream().mapToDouble(Double::doubleValue).toArray();
        Spread ratio = Spread.of(ratios.get(path).get(side));
        System.out.printf(
            Locale.ROOT,
            "%-8s %-8s %7d %12.2f %28s%n",
            path.loop,
            side.title,
            times.length,
            Spread.median(times),
            side == WITHOUT ? "1" : ratio.toString());
      }
    }
  }
}
