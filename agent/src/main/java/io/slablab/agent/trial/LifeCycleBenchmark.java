package io.slablab.agent.trial;

import io.slablab.suites.workload.OperationStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One life cycle per operation. The workload is {@link Fork#HERE}'s, whatever the parameters say.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class LifeCycleBenchmark {
  static final String RECORDED = "lifeCycle";
  static final String UNRECORDED = "lifeCycleUnrecorded";

  /** What viewers of JMH's JSON group results by; has no effect. */
  @State(Scope.Benchmark)
  public static class Axes {
    @Param("")
    public String host = "";

    @Param("")
    public String workload = "";

    @Param("")
    public String variant = "";

    @Param("")
    public String layout = "";

    @Param("")
    public String cores = "";

    @Param("")
    public String memory = "";
  }

  /** A worker's stream and its countdown to the next sample. JMH pads it to lines of its own. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH calls start() first
  public static class Line {
    private Worker worker;
    private OperationStream stream;
    private WorkerLatency latency;
    private int countdown;
    private int gapMask;
    private long clockNs;
    private long random;

    @Setup(Level.Trial)
    public void start() {
      Fork fork = Fork.HERE;
      worker = Worker.start(fork);
      stream = worker.stream();
      latency = worker.latency();
      clockNs = Math.round(fork.sampling().clockNs());
      gapMask = Math.max(0, 2 * fork.sampling().every() - 1);
      random = mix(fork.order().seed() + 0x9E3779B97F4A7C15L * (worker.index() + 1));
      countdown = gap();
    }

    @Setup(Level.Iteration)
    public void begin() {
      worker.beginInterval(Fork.HERE);
    }

    @TearDown(Level.Iteration)
    public void end() {
      worker.endInterval(Fork.HERE);
    }

    void next() {
      if (--countdown == 0) {
        timed();
      } else {
        stream.next();
      }
    }

    private void timed() {
      long start = System.nanoTime();
      stream.next();
      long end = System.nanoTime();
      latency.record(end - start - clockNs);
      countdown = gap();
    }

    /** Uniform in [1, 2N-1] for a power of two N, so N on average; zero is drawn again. */
    private int gap() {
      int gap;
      do {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        gap = (int) (random >>> 32) & gapMask;
      } while (gap == 0 && gapMask != 0);
      return gap;
    }

    /** Spreads neighbouring seeds; never 0, which xorshift would keep. */
    private static long mix(long seed) {
      long z = (seed ^ seed >>> 30) * 0xBF58476D1CE4E5B9L;
      z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      return z == 0 ? 1 : z;
    }
  }

  @Benchmark
  public void lifeCycle(Axes axes, Line line) {
    try {
      line.next();
    } catch (RuntimeException | Error e) {
      FailureNote.leave(Fork.HERE.directory(), e);
      throw e;
    }
  }

  @Benchmark
  public void lifeCycleUnrecorded(Axes axes, Line line) {
    try {
      line.stream.next();
    } catch (RuntimeException | Error e) {
      FailureNote.leave(Fork.HERE.directory(), e);
      throw e;
    }
  }
}
