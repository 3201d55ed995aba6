package io.slablab.allocator.soak;

import io.slablab.allocator.pool.Variant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code SoakMain [operations [variants [seed]]]}: 10^8 operations by two threads under every
 * design one after the other, or those given, separated by commas. Ends with an exception at the
 * first thing that is wrong.
 */
public final class SoakMain {
  private static final int WORKERS = 2;
  private static final int RESTS = 20;

  private SoakMain() {}

  public static void main(String[] args) {
    long operations = args.length > 0 ? Long.parseLong(args[0]) : 100_000_000;
    List<Variant> variants = variants(args.length > 1 ? args[1] : Variant.CTOR_DTOR.id());
    long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
    System.out.println("seed " + seed);
    for (Variant variant : variants) {
      SoakResult result = Soak.run(new SoakConfig(variant, operations, WORKERS, RESTS, seed));
      double seconds = result.ns() / (double) TimeUnit.SECONDS.toNanos(1);
      System.out.printf(
          Locale.ROOT,
          "%-16s %,d operations by %d threads in %.1f s, %.0f ns each and thread: %,d remote frees,"
              + " %,d shrinks, %,d caches destroyed, verified %d times, memory back%n",
          variant.id(),
          result.operations(),
          WORKERS,
          seconds,
          result.ns() * (double) WORKERS / result.operations(),
          result.remoteFrees(),
          result.shrinks(),
          result.recreated(),
          result.verified());
    }
  }

  private static List<Variant> variants(String ids) {
    return ids.equals("all")
        ? List.of(Variant.values())
        : Stream.of(ids.split(",")).map(id -> Variant.of(id).orElseThrow()).toList();
  }
}
