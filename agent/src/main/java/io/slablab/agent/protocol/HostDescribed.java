package io.slablab.agent.protocol;

/**
 * A host in its own words.
 *
 * @param host inventory name
 * @param incarnation which start of the agent this is, from 1
 * @param pid of the agent
 * @param javaVersion of the agent's JVM, which trials use as well
 * @param topologyJson the topology as {@code slablab topology --json} prints it
 * @param conditionsJson identity, state and evidence fields
 */
public record HostDescribed(
    String host,
    int incarnation,
    long pid,
    String javaVersion,
    String topologyJson,
    String conditionsJson)
    implements Wire {}
