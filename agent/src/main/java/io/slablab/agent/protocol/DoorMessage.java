package io.slablab.agent.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What an agent says at the coordinator's door, an actor at {@link #PATH}. Each is said again until
 * it is answered.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DoorMessage.Knock.class, name = "knock"),
  @JsonSubTypes.Type(value = DoorMessage.Enter.class, name = "enter")
})
public sealed interface DoorMessage extends Wire {
  /** The door's name among the actors that the coordinator's system begins with. */
  String NAME = "door";

  /** Where the door is, below the coordinator's address. */
  String PATH = "/system/" + NAME;

  /**
   * An agent outside the cluster asks to be let in. Answered by {@link LinkMessage.Welcome} or
   * {@link LinkMessage.Refused}.
   *
   * @param campaign the agent serves; empty for an agent that serves any
   * @param version of the agent
   * @param host inventory name
   * @param incarnation which start of the agent this is, from 1; 0 for an agent that the
   *     coordinator did not start
   * @param link to answer to
   */
  record Knock(
      String campaign, String version, String host, int incarnation, ActorRef<LinkMessage> link)
      implements DoorMessage {}

  /**
   * The agent's node has become a member of the cluster. Answered by {@link LinkMessage.Beat}s.
   *
   * @param incarnation as {@link LinkMessage.Welcome} has it
   * @param agent takes commands
   */
  record Enter(
      String host, int incarnation, ActorRef<AgentCommand> agent, ActorRef<LinkMessage> link)
      implements DoorMessage {}
}
