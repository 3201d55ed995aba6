package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.coordinator.journal.CampaignProgress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One host's trials: which are recorded, which is next. Every step takes constant time, however
 * many trials there are.
 *
 * <p>Invariant: done + failed + missing = planned.
 */
final class HostTrials {
  /** Replaced when trials are added: the campaign's thread may look at it while its host ends. */
  private volatile List<TrialOrder> planned;

  private final Map<String, Integer> places;
  private final BitSet recorded;

  /** Disturbed runs so far, of the few trials that had any. */
  private final Map<String, Integer> disturbed = new HashMap<>();

  /** No place below is unrecorded. */
  private int from;

  private int done;
  private int failed;

  /**
   * @param planned in the order in which they run
   */
  HostTrials(List<TrialOrder> planned) {
    this.planned = List.copyOf(planned);
    this.places = HashMap.newHashMap(planned.size());
    this.recorded = new BitSet(planned.size());
    index(0);
  }

  private void index(int first) {
    for (int place = first; place < planned.size(); place++) {
      if (places.put(planned.get(place).id(), place) != null) {
        throw new IllegalArgumentException("planned twice: " + planned.get(place).id());
      }
    }
  }

  /** Trials that run after all others. */
  void add(List<TrialOrder> more) {
    List<TrialOrder> all = new ArrayList<>(planned);
    all.addAll(more);
    int first = planned.size();
    planned = List.copyOf(all);
    index(first);
  }

  /**
   * Takes over what an earlier coordinator recorded, and gives the trial it had published, and died
   * before it could say so, its record.
   */
  void recall(CampaignProgress before, HostRecords records) throws IOException {
    for (TrialOrder order : planned) {
      before.recorded(order.id()).ifPresent(hasResult -> record(order.id(), hasResult));
      int runs = before.disturbedRuns(order.id());
      if (runs > 0) {
        disturbed.put(order.id(), runs);
      }
    }
    TrialOrder open = unrecorded(before.open().getOrDefault(records.host(), "")).orElse(null);
    if (open != null) {
      records.adopt(open).ifPresent(hasResult -> record(open.id(), hasResult));
    }
  }

  /** Which run of a trial the next one is, from 1. */
  int attempt(String id) {
    return disturbed.getOrDefault(id, 0) + 1;
  }

  /** A run of the trial was disturbed and does not count. */
  void runAgain(String id) {
    disturbed.merge(id, 1, Integer::sum);
  }

  /** The first trial that is not recorded. */
  Optional<TrialOrder> next() {
    from = recorded.nextClearBit(from);
    return from < planned.size() ? Optional.of(planned.get(from)) : Optional.empty();
  }

  /** A planned trial that is not recorded. */
  Optional<TrialOrder> unrecorded(String id) {
    return Optional.ofNullable(places.get(id)).filter(at -> !recorded.get(at)).map(planned::get);
  }

  boolean isRecorded(String id) {
    Integer place = places.get(id);
    return place != null && recorded.get(place);
  }

  /**
   * A trial has its record in the journal.
   *
   * @throws IllegalStateException when it has one already: it must not count twice
   */
  void record(String id, boolean hasResult) {
    Integer place = places.get(id);
    if (place == null || recorded.get(place)) {
      throw new IllegalStateException("recorded before, or not planned: " + id);
    }
    recorded.set(place);
    if (hasResult) {
      done++;
    } else {
      failed++;
    }
  }

  int done() {
    return done;
  }

  int failed() {
    return failed;
  }

  /** Trials that are planned and not recorded. */
  int missing() {
    return planned.size() - done - failed;
  }

  /** In planned order. */
  Stream<TrialOrder> allMissing() {
    return planned.stream().filter(order -> !isRecorded(order.id()));
  }
}
