package io.slablab.agent.protocol;

/**
 * A host in its own words.
 *
 * @param host inventory name
 * @param incarnation which start of the agent this is, from 1
 * @param pid of the agent
 * @param javaVersion of the agent's JVM, which trials use as well
 * @param bootId of the host, new at every boot; empty where the kernel tells none
 * @param topologyJson the topology as {@code slablab topology --json} prints it
 * @param conditionsJson identity, state and evidence fields
 * @param runningTrialId the trial that runs; empty when none does
 * @param heldTrialId the ended trial that waits for its acknowledgement; empty when none does
 */
public record HostDescribed(
    String host,
    int incarnation,
    long pid,
    String javaVersion,
    String bootId,
    String topologyJson,
    String conditionsJson,
    String runningTrialId,
    String heldTrialId)
    implements AgentEvent {

  /** The same host with what its agent does. */
  public HostDescribed during(String running, String held) {
    return new HostDescribed(
        host, incarnation, pid, javaVersion, bootId, topologyJson, conditionsJson, running, held);
  }
}
