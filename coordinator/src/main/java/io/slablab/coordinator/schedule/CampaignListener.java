package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.util.List;

/**
 * Who watches a campaign: the progress display. Called on the campaign's own thread; must return
 * quickly.
 */
public interface CampaignListener {

  void hostReady(String host);

  /** Not reachable; it may come back by itself. */
  void hostAway(String host, String reason);

  void hostLost(String host, String reason);

  void agentRestarted(String host, String reason);

  void trialStarted(TrialOrder order);

  /** A cell gets a block beyond its plan. */
  void blockAdded(List<TrialOrder> block);

  void progress(TrialOrder order, int iteration, double opsPerSecond);

  void trialDone(TrialOrder order, double opsPerSecond);

  void trialFailed(TrialOrder order, String reason);

  /**
   * The trial was disturbed and runs again.
   *
   * @param attempt which run of it was disturbed, from 1
   */
  void trialTainted(TrialOrder order, int attempt, String reason);
}
