package io.slablab.agent;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.trial.TrialOutcome;
import io.slablab.agent.trial.TrialProgress;
import io.slablab.agent.trial.TrialRunner;
import java.nio.file.Path;

/** Trials as JMH forks of this host. */
final class JmhTrialExecutor implements TrialExecutor {
  private final TrialRunner runner = new TrialRunner();

  @Override
  public Ended run(TrialOrder order, Path directory, ProgressSink progress) {
    return switch (runner.run(order, directory, new Told(progress))) {
      case TrialOutcome.Done(var opsPerSecond) -> new Ended.Done(opsPerSecond);
      case TrialOutcome.Failed(var reason, var stderrTail) -> new Ended.Failed(reason, stderrTail);
    };
  }

  private record Told(ProgressSink sink) implements TrialProgress {
    @Override
    public void intervalDone(int interval, double opsPerSecond) {
      sink.iterationDone(interval, opsPerSecond);
    }

    @Override
    public void windowOpens() {
      sink.windowOpens();
    }

    @Override
    public void windowCloses() {
      sink.windowCloses();
    }
  }

  @Override
  public void cancel() {
    runner.cancel();
  }
}
