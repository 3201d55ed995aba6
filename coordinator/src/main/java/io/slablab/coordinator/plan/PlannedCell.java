package io.slablab.coordinator.plan;

import io.slablab.agent.placement.Placement;
import io.slablab.suites.spec.WorkloadSpec;

/**
 * One workload under one placement on one host.
 *
 * @param id readable, safe as a folder name, unique on its host
 */
public record PlannedCell(String id, WorkloadSpec workload, Placement placement) {}
