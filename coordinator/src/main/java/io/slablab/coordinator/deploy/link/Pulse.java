package io.slablab.coordinator.deploy.link;

import io.slablab.agent.protocol.LinkMessage;
import io.slablab.agent.protocol.PulseMessage;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Asks one agent for a sign of life at each beat, except while a trial is measured there, and ends
 * itself when it gets none.
 *
 * <p>What counts is beats without an answer and not time: a coordinator that was frozen itself asks
 * again before it gives anybody up.
 */
final class Pulse {
  private static final Duration BEAT = Duration.ofMillis(900);

  /** {@code (MOST_UNANSWERED + 1) * BEAT < 5 s}, the longest time until a loss is seen. */
  private static final int MOST_UNANSWERED = 4;

  /** Whatever an agent says. */
  private static final Duration MOST_QUIET = Duration.ofHours(4);

  private enum Time {
    BEAT,
    QUIET_OVER
  }

  sealed interface Message {}

  private record Said(PulseMessage what) implements Message {}

  private record Rang(Time time) implements Message {}

  private record Gone() implements Message {}

  private final TimerScheduler<Message> timers;
  private final ActorRef<LinkMessage> link;
  private final ActorRef<PulseMessage> face;
  private final Consumer<Duration> silent;
  private long beat;
  private long answered;

  private Pulse(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      ActorRef<LinkMessage> link,
      Consumer<Duration> silent) {
    this.timers = timers;
    this.link = link;
    this.silent = silent;
    this.face = context.messageAdapter(PulseMessage.class, Said::new);
    context.watchWith(link, new Gone());
  }

  /**
   * @param link of the agent
   * @param silent told once how long the agent has been silent, at least
   */
  static Behavior<Message> create(ActorRef<LinkMessage> link, Consumer<Duration> silent) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> new Pulse(context, timers, link, silent).begin()));
  }

  private Behavior<Message> begin() {
    goOn();
    return Behaviors.receiveMessage(this::on);
  }

  private Behavior<Message> on(Message message) {
    switch (message) {
      case Said(PulseMessage.Alive(var number)) ->
          answered = Math.max(answered, Math.min(number, beat));
      case Said(PulseMessage.Quiet(var mostNs)) -> {
        timers.cancel(Time.BEAT);
        timers.startSingleTimer(
            Time.QUIET_OVER,
            new Rang(Time.QUIET_OVER),
            Duration.ofNanos(Math.clamp(mostNs, 0, MOST_QUIET.toNanos())));
      }
      case Said(PulseMessage.Loud()) -> goOn();
      case Gone _ -> {
        return Behaviors.stopped(); // in order, or known by other ways
      }
      case Rang(Time time) when time == Time.QUIET_OVER -> goOn();
      case Rang _ -> {
        if (beat - answered >= MOST_UNANSWERED) {
          silent.accept(BEAT.multipliedBy(beat - answered));
          return Behaviors.stopped();
        }
        beat();
      }
    }
    return Behaviors.same();
  }

  private void beat() {
    beat++;
    link.tell(new LinkMessage.Beat(beat, face));
  }

  private void goOn() {
    timers.cancel(Time.QUIET_OVER);
    answered = beat;
    beat();
    timers.startTimerWithFixedDelay(Time.BEAT, new Rang(Time.BEAT), BEAT);
  }
}
