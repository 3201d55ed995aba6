package io.slablab.agent.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What an agent tells the coordinator that attached itself. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = HostDescribed.class, name = "host-described"),
  @JsonSubTypes.Type(value = AgentEvent.AttachRefused.class, name = "attach-refused"),
  @JsonSubTypes.Type(value = TrialEvent.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = TrialEvent.Busy.class, name = "busy"),
  @JsonSubTypes.Type(value = TrialEvent.Progress.class, name = "progress"),
  @JsonSubTypes.Type(value = TrialEvent.Ended.class, name = "ended"),
  @JsonSubTypes.Type(value = TrialEvent.Chunk.class, name = "chunk"),
  @JsonSubTypes.Type(value = TrialEvent.NotHeld.class, name = "not-held")
})
public sealed interface AgentEvent extends Wire
    permits HostDescribed, AgentEvent.AttachRefused, TrialEvent {

  /**
   * The agent serves another coordinator, or another campaign.
   *
   * @param reason one line
   */
  record AttachRefused(String host, String reason) implements AgentEvent {}
}
