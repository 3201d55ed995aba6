package io.slablab.agent.trial;

import io.slablab.agent.protocol.TrialOrder;

/**
 * What the runner hands to a fork.
 *
 * @param agentPid the fork dies with this process
 * @param sysfsRoot where the host's topology is read
 * @param measuredIntervals number of measured iterations
 */
record ForkOrder(TrialOrder order, long agentPid, String sysfsRoot, int measuredIntervals) {}
