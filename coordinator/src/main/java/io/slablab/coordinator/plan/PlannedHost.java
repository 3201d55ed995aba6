package io.slablab.coordinator.plan;

import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.Topology;

/**
 * A host as the planner sees it.
 *
 * @param name inventory name
 * @param reserved CPUs that no trial may use
 */
public record PlannedHost(String name, Topology topology, CpuList reserved) {}
