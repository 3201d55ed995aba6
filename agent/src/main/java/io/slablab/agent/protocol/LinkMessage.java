package io.slablab.agent.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apache.pekko.actor.typed.ActorRef;

/** What a coordinator says to an agent about their connection. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LinkMessage.Welcome.class, name = "welcome"),
  @JsonSubTypes.Type(value = LinkMessage.Refused.class, name = "refused"),
  @JsonSubTypes.Type(value = LinkMessage.Beat.class, name = "beat")
})
public sealed interface LinkMessage extends Wire {

  /**
   * The agent may join the cluster.
   *
   * @param campaign of the coordinator
   * @param incarnation which start of this host's agent the coordinator counts it as
   */
  record Welcome(String campaign, int incarnation) implements LinkMessage {}

  /**
   * The agent is not one of this campaign's, and shall end.
   *
   * @param reason one line
   */
  record Refused(String reason) implements LinkMessage {}

  /**
   * The coordinator lives; answered by {@link PulseMessage.Alive}.
   *
   * @param number counts up
   */
  record Beat(long number, ActorRef<PulseMessage> pulse) implements LinkMessage {}
}
