package io.slablab.agent.trial;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.format.OutputFormat;

/** Turns JMH's output into progress, and keeps its last lines for a failure without other words. */
final class ForkOutput implements OutputFormat {
  private static final int TAIL_LINES = 20;

  private final TrialProgress progress;
  private final Deque<String> tail = new ArrayDeque<>();
  private boolean open;

  ForkOutput(TrialProgress progress) {
    this.progress = progress;
  }

  synchronized String tail() {
    return String.join("\n", tail);
  }

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult result) {
    if (params.getType() == IterationType.MEASUREMENT) {
      progress.intervalDone(iteration, result.getPrimaryResult().getScore());
      if (iteration == params.getCount()) {
        progress.windowCloses();
      }
    }
  }

  @Override
  public synchronized void println(String line) {
    tail.addLast(line);
    if (tail.size() > TAIL_LINES) {
      tail.removeFirst();
    }
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
    if (!open) {
      open = true;
      progress.windowOpens();
    }
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    // the runner knows
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    // the runner knows
  }

  @Override
  public void startRun() {
    // the runner knows
  }

  @Override
  public void endRun(Collection<RunResult> results) {
    // the runner knows
  }

  @Override
  public void print(String text) {
    // pieces of lines that are told as results
  }

  @Override
  public void verbosePrintln(String line) {
    // not asked for
  }

  @Override
  public void flush() {
    // nothing is buffered
  }

  @Override
  public void close() {
    // nothing is open
  }

  @Override
  public void write(int character) {
    // the fork's own output goes to files
  }

  @Override
  public void write(byte[] text) {
    // the fork's own output goes to files
  }
}
