package io.slablab.agent.trial;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The child processes that came with one trial, and the right to end them. States: running, then
 * over; ending may be asked for at any time, at first takes effect, and is without effect once
 * over.
 */
final class RunningFork {
  private static final long KILL_AGAIN_MS = 20;

  /** Children of the agent that are none of this trial's. */
  private final Set<Long> strangers =
      ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());

  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable String endedBecause;

  /** Ends the trial with this reason when it is not over in time. */
  RunningFork endAfter(Duration deadline) {
    Thread.ofPlatform()
        .name("trial-deadline")
        .daemon()
        .start(() -> {
          if (!isOverWithin(deadline.toMillis())) {
            end("the trial did not end within " + deadline.toSeconds() + " s");
          }
        });
    return this;
  }

  /**
   * Kills the fork, now or as soon as it appears, until the trial is over. Returns at once.
   *
   * @param reason one line; the first one stands
   */
  synchronized void end(String reason) {
    if (endedBecause != null || over.getCount() == 0) {
      return;
    }
    endedBecause = reason;
    killAll();
    Thread.ofPlatform()
        .name("trial-end")
        .daemon()
        .start(() -> {
          while (!isOverWithin(KILL_AGAIN_MS)) {
            killAll();
          }
        });
  }

  /** Why it was ended from outside; null when it was not. */
  synchronized @Nullable String endedBecause() {
    return endedBecause;
  }

  /** The trial is over; whatever is left of its processes goes. */
  void over() {
    killAll();
    over.countDown();
  }

  private boolean isOverWithin(long millis) {
    try {
      return over.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void killAll() {
    ProcessHandle.current()
        .children()
        .filter(child -> !strangers.contains(child.pid()))
        .forEach(ProcessHandle::destroyForcibly);
  }
}
