package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hands the news of many hosts to one thread.
 *
 * @param next takes each piece of news; returns at once
 */
record ForwardingListener(Consumer<Consumer<CampaignListener>> next) implements CampaignListener {

  @Override
  public void hostReady(String host) {
    next.accept(listener -> listener.hostReady(host));
  }

  @Override
  public void hostAway(String host, String reason) {
    next.accept(listener -> listener.hostAway(host, reason));
  }

  @Override
  public void hostLost(String host, String reason) {
    next.accept(listener -> listener.hostLost(host, reason));
  }

  @Override
  public void agentRestarted(String host, String reason) {
    next.accept(listener -> listener.agentRestarted(host, reason));
  }

  @Override
  public void trialStarted(TrialOrder order) {
    next.accept(listener -> listener.trialStarted(order));
  }

  @Override
  public void blockAdded(List<TrialOrder> block) {
    next.accept(listener -> listener.blockAdded(block));
  }

  @Override
  public void progress(TrialOrder order, int iteration, double opsPerSecond) {
    next.accept(listener -> listener.progress(order, iteration, opsPerSecond));
  }

  @Override
  public void trialDone(TrialOrder order, double opsPerSecond) {
    next.accept(listener -> listener.trialDone(order, opsPerSecond));
  }

  @Override
  public void trialFailed(TrialOrder order, String reason) {
    next.accept(listener -> listener.trialFailed(order, reason));
  }

  @Override
  public void trialTainted(TrialOrder order, int attempt, String reason) {
    next.accept(listener -> listener.trialTainted(order, attempt, reason));
  }
}
