package io.slablab.agent;

import io.slablab.agent.protocol.TrialOrder;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Trials that tell the agent's {@link Link} of their start and their end. Outlives links: a new one
 * is told of the trial that runs. Threads: any.
 */
final class AnnouncedTrials implements TrialExecutor {
  /** A trial's JVM starts, sets itself up and ends beside what it measures. */
  private static final Duration AROUND = Duration.ofSeconds(150);

  private final TrialExecutor trials;
  private @Nullable ActorRef<Link.Message> link;
  private Link.@Nullable TrialStarts running;

  AnnouncedTrials(TrialExecutor trials) {
    this.trials = trials;
  }

  synchronized void tell(ActorRef<Link.Message> next) {
    link = next;
    if (running != null) {
      next.tell(running);
    }
  }

  @Override
  public Ended run(TrialOrder order, Path directory, ProgressSink progress) {
    Duration atMost = Duration.ofNanos(order.warmupNs() + order.measureNs()).plus(AROUND);
    Link.TrialStarts starts = new Link.TrialStarts(atMost);
    announce(starts, starts);
    try {
      return trials.run(order, directory, progress);
    } finally {
      announce(null, new Link.TrialOver());
    }
  }

  private synchronized void announce(Link.@Nullable TrialStarts now, Link.Message news) {
    running = now;
    if (link != null) {
      link.tell(news);
    }
  }

  @Override
  public void cancel() {
    trials.cancel();
  }
}
