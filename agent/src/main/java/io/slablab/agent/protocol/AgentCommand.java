package io.slablab.agent.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apache.pekko.actor.typed.ActorRef;

/** What a coordinator asks of an agent. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AgentCommand.Attach.class, name = "attach"),
  @JsonSubTypes.Type(value = AgentCommand.RunTrial.class, name = "run-trial"),
  @JsonSubTypes.Type(value = AgentCommand.CancelTrial.class, name = "cancel-trial"),
  @JsonSubTypes.Type(value = AgentCommand.SendChunk.class, name = "send-chunk"),
  @JsonSubTypes.Type(value = AgentCommand.Acknowledge.class, name = "acknowledge"),
  @JsonSubTypes.Type(value = AgentCommand.Shutdown.class, name = "shutdown")
})
public sealed interface AgentCommand extends Wire {

  /**
   * The first word of a coordinator; all events go to it from then on. Answered by {@link
   * HostDescribed}, then by {@link TrialEvent.Ended} where a trial waits, or by {@link
   * AgentEvent.AttachRefused}.
   *
   * @param campaign id, which must be the agent's own
   * @param epoch which start of the campaign's coordinator this is, from 1: a later one replaces an
   *     earlier one, never the other way round
   */
  record Attach(String campaign, int epoch, ActorRef<AgentEvent> coordinator)
      implements AgentCommand {}

  /**
   * Runs one trial. Answered by {@link TrialEvent.Accepted} or {@link TrialEvent.Busy}, later by
   * {@link TrialEvent.Ended}; by {@code Ended} of the trial before when that one still waits for
   * its {@link Acknowledge}.
   *
   * @param attempt which run of this trial, from 1
   */
  record RunTrial(TrialOrder order, int attempt) implements AgentCommand {}

  /** Kills the trial's process; the trial then ends as a failed one. */
  record CancelTrial(String trialId) implements AgentCommand {}

  /** Asks for the bytes of a waiting trial's file from an offset on. */
  record SendChunk(String trialId, TrialFile file, long offset) implements AgentCommand {}

  /** The result is on the coordinator's disk and in its journal: the agent may forget it. */
  record Acknowledge(String trialId, String digest) implements AgentCommand {}

  /** Ends the agent's process; a running trial is killed. */
  record Shutdown(String reason) implements AgentCommand {}
}
