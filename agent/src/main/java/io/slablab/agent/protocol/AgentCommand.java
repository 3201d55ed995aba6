package io.slablab.agent.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/** What a coordinator asks of an agent. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AgentCommand.Describe.class, name = "describe"),
  @JsonSubTypes.Type(value = AgentCommand.RunTrial.class, name = "run-trial"),
  @JsonSubTypes.Type(value = AgentCommand.CancelTrial.class, name = "cancel-trial"),
  @JsonSubTypes.Type(value = AgentCommand.Shutdown.class, name = "shutdown")
})
public sealed interface AgentCommand extends Wire {

  /**
   * Where one agent process is found. The incarnation tells a restarted agent from the dead one,
   * whose registration may linger.
   */
  static ServiceKey<AgentCommand> serviceKey(String campaign, String host, int incarnation) {
    return ServiceKey.create(
        AgentCommand.class, "agent/" + campaign + "/" + host + "/" + incarnation);
  }

  /** Asks for the host's topology and conditions. */
  record Describe(ActorRef<HostDescribed> replyTo) implements AgentCommand {}

  /**
   * Runs one trial; all files go to {@code directory}, which the agent creates.
   *
   * @param order what to run
   * @param directory on the agent's host, absolute
   * @param replyTo gets {@link TrialEvent}s, the last one {@code Finished}, {@code Failed} or
   *     {@code Busy}
   */
  record RunTrial(TrialOrder order, String directory, ActorRef<TrialEvent> replyTo)
      implements AgentCommand {}

  /** Kills the trial's process; the trial then ends as {@link TrialEvent.Failed}. */
  record CancelTrial(String trialId) implements AgentCommand {}

  /** Ends the agent's process; a running trial is killed. */
  record Shutdown(String reason) implements AgentCommand {}
}
