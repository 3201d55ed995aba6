package io.slablab.agent.trial;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.IterationType;

/** Calls the {@link Measurement} before and after each of JMH's iterations, in the fork. */
public final class IntervalProfiler implements InternalProfiler {
  private final Measurement measurement = new Measurement();

  /** Called by JMH on both sides, by name; has no effect. */
  public IntervalProfiler() {}

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    if (iteration.getType() == IterationType.MEASUREMENT) {
      measurement.beforeInterval(Fork.HERE);
    }
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    try {
      if (iteration.getType() == IterationType.MEASUREMENT) {
        measurement.afterInterval(
            Fork.HERE,
            result.getMetadata().getMeasuredOps(),
            result.getMetadata().getAllOps(),
            result.getPrimaryResult().getScore());
      } else {
        measurement.afterWarmup(Fork.HERE);
      }
    } catch (RuntimeException e) {
      FailureNote.leave(Fork.HERE.directory(), e);
      throw e;
    } catch (IOException e) {
      FailureNote.leave(Fork.HERE.directory(), e);
      throw new java.io.UncheckedIOException(e);
    }
    return List.of();
  }

  @Override
  public String getDescription() {
    return "Slablab intervals";
  }
}
