package io.slablab.agent.trial;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.topology.Topology;

/** Opens the subjects of some workloads; found in the fork by {@link java.util.ServiceLoader}. */
public interface SubjectProvider {

  boolean opens(String workload);

  /** Builds what the order asks for; called once, on the fork's main thread. */
  Subject open(TrialOrder order, Topology topology);
}
