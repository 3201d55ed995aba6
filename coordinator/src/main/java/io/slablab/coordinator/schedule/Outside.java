package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.AgentCommand;
import java.time.Duration;

/** What a session does beyond the disk. Every method returns soon and throws nothing. */
interface Outside {
  /** Events of this incarnation follow: seen, or exited. */
  void startAgent(int incarnation);

  /** Ends the agent's process by force; without effect where there is none. */
  void stopAgent();

  /** Says the first word to the agent that was seen. */
  void attach();

  void send(AgentCommand command);

  /** The agent of the last incarnation will not come back. */
  void forgetAgent();

  void after(Alarm alarm, Duration delay);

  void cancel(Alarm alarm);
}
