package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import io.slablab.agent.protocol.TrialEvent;
import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.protocol.TrialResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of one ended trial, asked for chunk by chunk: one question at a time, told again when
 * it is not answered, all files anew when they came torn.
 */
final class TrialFetch {

  /** How it stands after an event. */
  sealed interface State {}

  /** A chunk was asked for. */
  record Pending() implements State {}

  /**
   * All files are here, and are what was announced.
   *
   * @param files folder that holds them
   */
  record Whole(Path files) implements State {}

  /**
   * They came torn each time; nothing of them is kept.
   *
   * @param why one line
   */
  record Torn(String why) implements State {}

  /** The agent does not answer. */
  record Silent() implements State {}

  /** How often the files are asked for. */
  private static final int ATTEMPTS = 3;

  private final TrialOrder order;
  private final TrialResult result;
  private final HostRecords records;
  private final Outside outside;
  private final Deadlines deadlines;
  private @Nullable IncomingTrial incoming;
  private int attempts;
  private int asks;

  /**
   * @param result sound by {@link TrialResult#fault}
   */
  TrialFetch(
      TrialOrder order,
      TrialResult result,
      HostRecords records,
      Outside outside,
      Deadlines deadlines) {
    this.order = order;
    this.result = result;
    this.records = records;
    this.outside = outside;
    this.deadlines = deadlines;
  }

  TrialOrder order() {
    return order;
  }

  TrialResult result() {
    return result;
  }

  State begin() throws IOException {
    attempts++;
    try {
      incoming = records.receive(order, result);
      return next(incoming);
    } catch (IncomingTrial.Torn e) {
      return anew(String.valueOf(e.getMessage()));
    }
  }

  State chunk(TrialEvent.Chunk chunk) throws IOException {
    try {
      return incoming != null && incoming.accept(chunk) ? next(incoming) : new Pending();
    } catch (IncomingTrial.Torn e) {
      return anew(String.valueOf(e.getMessage()));
    }
  }

  /** The agent cannot read what it was asked for. */
  State notHeld(String reason) throws IOException {
    return anew(reason);
  }

  private State next(IncomingTrial from) {
    asks = 0;
    return from.want().isEmpty() ? new Whole(from.folder()) : askAgain();
  }

  /** The chunk that is wanted was not answered yet, or is wanted for the first time. */
  State askAgain() {
    Optional<IncomingTrial.Want> want = incoming == null ? Optional.empty() : incoming.want();
    if (asks == Deadlines.ASKS || want.isEmpty()) {
      return new Silent();
    }
    asks++;
    outside.send(new AgentCommand.SendChunk(order.id(), want.get().file(), want.get().offset()));
    outside.after(Alarm.CHUNK, deadlines.chunk().dividedBy(Deadlines.ASKS));
    return new Pending();
  }

  private State anew(String why) throws IOException {
    drop();
    return attempts < ATTEMPTS ? begin() : new Torn(why);
  }

  /** Gives up; nothing of it stays. */
  void drop() throws IOException {
    if (incoming != null) {
      incoming.drop();
      incoming = null;
    }
  }
}
