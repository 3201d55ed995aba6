package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.store.RunDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Everything a campaign works with.
 *
 * @param id of the campaign, part of every registration
 * @param planned trials per host, in order
 * @param agents how to start an agent, per host
 * @param agentReady longest time from an agent's start to its description
 * @param trialSlack what a trial may take beyond its warm-up and measured time
 */
public record CampaignSetup(
    String id,
    Map<String, List<TrialOrder>> planned,
    Map<String, AgentStarter> agents,
    RunDirectory run,
    Journal journal,
    CampaignListener listener,
    Duration agentReady,
    Duration trialSlack) {}
