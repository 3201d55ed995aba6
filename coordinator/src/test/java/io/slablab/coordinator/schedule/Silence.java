package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.util.List;

/** Listens to nothing. */
enum Silence implements CampaignListener {
  INSTANCE;

  @Override
  public void hostReady(String host) {}

  @Override
  public void hostAway(String host, String reason) {}

  @Override
  public void hostLost(String host, String reason) {}

  @Override
  public void agentRestarted(String host, String reason) {}

  @Override
  public void trialStarted(TrialOrder order) {}

  @Override
  public void blockAdded(List<TrialOrder> block) {}

  @Override
  public void progress(TrialOrder order, int iteration, double opsPerSecond) {}

  @Override
  public void trialDone(TrialOrder order, double opsPerSecond) {}

  @Override
  public void trialFailed(TrialOrder order, String reason) {}

  @Override
  public void trialTainted(TrialOrder order, int attempt, String reason) {}
}
