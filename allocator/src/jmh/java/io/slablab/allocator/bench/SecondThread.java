package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a second thread is worth: throughput of both workers at once over the mean of each alone.
 * Prints that of the SLUB pair and that of arithmetic, which shares nothing but fills a core: where
 * two CPUs are threads of one core, or a host lends them as such, the arithmetic shows it too.
 *
 * <p>JMH cannot change the number of threads within a JVM, and a ratio of two JVMs says little:
 * each lays out and compiles the loop in its own way, which is worth up to a quarter of a pair's
 * time and stays the same until the JVM ends. So here the workers take turns within one.
 */
public final class SecondThread {
  private static final int WORKERS = 2;
  private static final int ROUNDS = 9;
  private static final long SLICE_NS = 150_000_000;
  private static final int BATCH = 2000;

  private enum Task {
    PAIR,
    ARITHMETIC
  }

  /** Who runs; every other worker waits. */
  private enum Turn {
    FIRST,
    SECOND,
    BOTH;

    boolean includes(int worker) {
      return this == BOTH || ordinal() == worker;
    }
  }

  private final CyclicBarrier barrier = new CyclicBarrier(WORKERS);

  /** Operations per nanosecond; the barrier orders the writers before the reader. */
  private final double[][][][] rates =
      new double[Task.values().length][ROUNDS][Turn.values().length][WORKERS];

  @SuppressWarnings("unused") // keeps the arithmetic alive
  private volatile long sink;

  private SecondThread() {}

  public static void main(String[] args) throws Exception {
    SecondThread bench = new SecondThread();
    bench.run();
    System.out.printf(
        Locale.ROOT, "%.4f %.4f%n", bench.worth(Task.PAIR), bench.worth(Task.ARITHMETIC));
  }

  private void run() throws Exception {
    Stack.CACHE.stats(); // the stack is made before any worker holds a CPU
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      Future<?> first = workers.submit(() -> work(0));
      Future<?> second = workers.submit(() -> work(1));
      first.get();
      second.get();
    }
  }

  private void work(int worker) {
    Pin.to(worker);
    Cpu cpu = Stack.MACHINE.enter(worker);
    try {
      measure(cpu, Task.PAIR, 0, Turn.BOTH); // warm-up, overwritten
      measure(cpu, Task.ARITHMETIC, 0, Turn.BOTH);
      for (int round = 0; round < ROUNDS; round++) {
        for (Turn turn : Turn.values()) {
          measure(cpu, Task.PAIR, round, turn);
          measure(cpu, Task.ARITHMETIC, round, turn);
        }
      }
    } finally {
      Stack.MACHINE.leave(cpu);
    }
  }

  private void measure(Cpu cpu, Task task, int round, Turn turn) {
    await();
    if (turn.includes(cpu.id())) {
      rates[task.ordinal()][round][turn.ordinal()][cpu.id()] = rate(cpu, task);
    }
    await();
  }

  private double rate(Cpu cpu, Task task) {
    long operations = 0;
    long startNs = System.nanoTime();
    long elapsedNs;
    do {
      switch (task) {
        case PAIR -> pairs(cpu);
        case ARITHMETIC -> sink = arithmetic(operations + 1);
      }
      operations += BATCH;
      elapsedNs = System.nanoTime() - startNs;
    } while (elapsedNs < SLICE_NS);
    return (double) operations / elapsedNs;
  }

  private static void pairs(Cpu cpu) {
    for (int i = 0; i < BATCH; i++) {
      Stack.CACHE.free(cpu, Stack.CACHE.alloc(cpu, Gfp.GFP_KERNEL));
    }
  }

  /** Five chains side by side: as many steps at once as a core has units for. */
  private static long arithmetic(long seed) {
    long a = seed;
    long b = seed + 1;
    long c = seed + 2;
    long d = seed + 3;
    long e = seed + 4;
    for (int i = 0; i < BATCH; i++) {
      a = step(a);
      b = step(b);
      c = step(c);
      d = step(d);
      e = step(e);
    }
    return a ^ b ^ c ^ d ^ e;
  }

  private static long step(long x) {
    x ^= x << 13;
    x ^= x >>> 7;
    return x ^ x << 17;
  }

  private void await() {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Median over rounds. */
  private double worth(Task task) {
    double[] ratios =
        Arrays.stream(rates[task.ordinal()]).mapToDouble(SecondThread::worth).sorted().toArray();
    return Row.median(ratios);
  }

  private static double worth(double[][] round) {
    double both = sum(round[Turn.BOTH.ordinal()]);
    double alone = sum(round[Turn.FIRST.ordinal()]) + sum(round[Turn.SECOND.ordinal()]);
    return both / (alone / WORKERS);
  }

  private static double sum(double[] rates) {
    return Arrays.stream(rates).sum();
  }
}
