package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is done, what runs and what is next. Immutable; each event gives a new value.
 *
 * <p>Invariant, per host: pending + running + done + failed = planned.
 *
 * @param hosts by inventory name, in planned order
 */
record CampaignState(Map<String, HostState> hosts) {

  /** Times an agent is started on a host, the first one included. */
  static final int MAX_AGENT_STARTS = 3;

  /** Where a host is in its life. */
  sealed interface Phase {}

  record Starting() implements Phase {}

  record Idle() implements Phase {}

  record Running(TrialOrder order) implements Phase {}

  record Lost(String reason) implements Phase {}

  /**
   * @param incarnation number of agent starts so far, from 1
   * @param pending in planned order
   */
  record HostState(Phase phase, int incarnation, List<TrialOrder> pending, int done, int failed) {

    HostState in(Phase next) {
      return new HostState(next, incarnation, pending, done, failed);
    }

    boolean finished() {
      return phase instanceof Lost || (phase instanceof Idle && pending.isEmpty());
    }

    Optional<TrialOrder> running() {
      return phase instanceof Running run ? Optional.of(run.order()) : Optional.empty();
    }
  }

  CampaignState {
    hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts)); // keeps the planned order
  }

  static CampaignState of(Map<String, List<TrialOrder>> planned) {
    Map<String, HostState> hosts = new LinkedHashMap<>();
    planned.forEach((host, orders) ->
        hosts.put(host, new HostState(new Starting(), 1, List.copyOf(orders), 0, 0)));
    return new CampaignState(hosts);
  }

  HostState host(String name) {
    HostState state = hosts.get(name);
    if (state == null) {
      throw new IllegalArgumentException("no such host in the campaign: " + name);
    }
    return state;
  }

  Optional<TrialOrder> runningTrial(String trialId) {
    return hosts.values().stream()
        .flatMap(host -> host.running().stream())
        .filter(order -> order.id().equals(trialId))
        .findFirst();
  }

  CampaignState ready(String host) {
    return with(host, host(host).in(new Idle()));
  }

  /** The next trial of an idle host starts. */
  CampaignState started(String host) {
    HostState now = host(host);
    List<TrialOrder> rest = now.pending().subList(1, now.pending().size());
    return with(
        host,
        new HostState(
            new Running(now.pending().getFirst()),
            now.incarnation(),
            List.copyOf(rest),
            now.done(),
            now.failed()));
  }

  CampaignState done(String host) {
    HostState now = host(host);
    return with(
        host,
        new HostState(new Idle(), now.incarnation(), now.pending(), now.done() + 1, now.failed()));
  }

  CampaignState failed(String host) {
    HostState now = host(host);
    return with(
        host,
        new HostState(new Idle(), now.incarnation(), now.pending(), now.done(), now.failed() + 1));
  }

  /** The agent is gone; no trial runs. Starts again, or is lost after the last try. */
  CampaignState agentDied(String host, String reason) {
    HostState now = host(host);
    Phase next =
        now.incarnation() < MAX_AGENT_STARTS && !now.pending().isEmpty()
            ? new Starting()
            : new Lost(reason);
    int incarnation = next instanceof Starting ? now.incarnation() + 1 : now.incarnation();
    return with(host, new HostState(next, incarnation, now.pending(), now.done(), now.failed()));
  }

  boolean finished() {
    return hosts.values().stream().allMatch(HostState::finished);
  }

  int done() {
    return hosts.values().stream().mapToInt(HostState::done).sum();
  }

  int failed() {
    return hosts.values().stream().mapToInt(HostState::failed).sum();
  }

  /** Trials that were planned and neither done nor failed. */
  int missing() {
    return hosts.values().stream()
        .mapToInt(host -> host.pending().size() + host.running().map(_ -> 1).orElse(0))
        .sum();
  }

  List<String> lostHosts() {
    List<String> lost = new ArrayList<>();
    hosts.forEach((name, state) -> {
      if (state.phase() instanceof Lost) {
        lost.add(name);
      }
    });
    return lost;
  }

  private CampaignState with(String name, HostState state) {
    Map<String, HostState> next = new LinkedHashMap<>(hosts);
    next.put(name, state);
    return new CampaignState(next);
  }
}
