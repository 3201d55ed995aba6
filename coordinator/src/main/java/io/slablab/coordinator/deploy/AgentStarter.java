package io.slablab.coordinator.deploy;

import java.io.IOException;

/** Starts agents on one host. */
public interface AgentStarter {

  /**
   * Starts an agent that joins the given cluster node and registers under the incarnation.
   *
   * @param seedAddress Pekko address of the coordinator
   * @throws IOException when no process could be started
   */
  AgentHandle start(String seedAddress, int incarnation) throws IOException;

  /**
   * Deletes what agents of this campaign left on the host, once every trial of it is recorded and
   * no agent runs.
   */
  default void sweep() throws IOException {}
}
