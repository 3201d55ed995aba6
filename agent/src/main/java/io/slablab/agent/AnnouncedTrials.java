package io.slablab.agent;

import io.slablab.agent.protocol.TrialOrder;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Trials that tell the agent's {@link Link} when they are measured. What comes before and after, a
 * JVM's start and end above all, is no reason to be silent: a host that is lost then is missed as
 * soon as one that is idle. Outlives links: a new one is told of the window that is open. Threads:
 * any.
 */
final class AnnouncedTrials implements TrialExecutor {
  /** What lies between the intervals of a window: garbage is collected, workers are gathered. */
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final TrialExecutor trials;
  private @Nullable ActorRef<Link.Message> link;
  private Link.@Nullable WindowOpens open;

  AnnouncedTrials(TrialExecutor trials) {
    this.trials = trials;
  }

  synchronized void tell(ActorRef<Link.Message> next) {
    link = next;
    if (open != null) {
      next.tell(open);
    }
  }

  @Override
  public Ended run(TrialOrder order, Path directory, ProgressSink progress) {
    try {
      return trials.run(order, directory, announcing(order, progress));
    } finally {
      close();
    }
  }

  private ProgressSink announcing(TrialOrder order, ProgressSink progress) {
    Duration atMost =
        Duration.ofNanos(order.warmupNs() + order.measureNs() + order.intervalNs()).plus(BETWEEN);
    return new ProgressSink() {
      @Override
      public void iterationDone(int iteration, double opsPerSecond) {
        progress.iterationDone(iteration, opsPerSecond);
      }

      @Override
      public void windowOpens() {
        open(new Link.WindowOpens(atMost));
        progress.windowOpens();
      }

      @Override
      public void windowCloses() {
        close();
        progress.windowCloses();
      }
    };
  }

  private synchronized void open(Link.WindowOpens window) {
    open = window;
    if (link != null) {
      link.tell(window);
    }
  }

  private synchronized void close() {
    if (open != null && link != null) {
      link.tell(new Link.WindowCloses());
    }
    open = null;
  }

  @Override
  public void cancel() {
    trials.cancel();
  }
}
