package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.deploy.AgentStarter;
import io.slablab.coordinator.journal.CampaignProgress;
import io.slablab.coordinator.journal.Journal;
import io.slablab.coordinator.store.RunDirectory;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Everything a campaign works with.
 *
 * @param id of the campaign, part of every registration
 * @param planned trials per host, in order
 * @param agents how to start an agent, per host
 * @param before what the journal had before this coordinator's start
 * @param listener told of what happens
 * @param judge of disturbed trials
 * @param more what a host runs after its plan, by its name
 */
public record CampaignSetup(
    String id,
    Map<String, List<TrialOrder>> planned,
    Map<String, AgentStarter> agents,
    RunDirectory run,
    Journal journal,
    CampaignProgress before,
    CampaignListener listener,
    TrialJudge judge,
    Deadlines deadlines,
    HostLimits limits,
    Function<String, MoreBlocks> more) {

  /** A campaign that runs its plan and no more. */
  public CampaignSetup(
      String id,
      Map<String, List<TrialOrder>> planned,
      Map<String, AgentStarter> agents,
      RunDirectory run,
      Journal journal,
      CampaignProgress before,
      CampaignListener listener,
      TrialJudge judge,
      Deadlines deadlines,
      HostLimits limits) {
    this(
        id,
        planned,
        agents,
        run,
        journal,
        before,
        listener,
        judge,
        deadlines,
        limits,
        _ -> MoreBlocks.NONE);
  }
}
