package io.slablab.coordinator.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says of its campaign, folded while it is read: one short entry for each recorded
 * trial, whatever the journal's length. Not thread-safe while {@link #replay} fills it, constant
 * afterwards.
 */
public final class CampaignProgress {

  /** What a host was last heard of. */
  public enum HostState {
    READY,
    AWAY,
    SET_ASIDE
  }

  /**
   * @param note why, one line; empty when ready
   */
  public record HostNote(HostState state, String note, Instant since) {}

  private final Map<String, Boolean> recorded = new HashMap<>();
  private final Map<String, String> open = new LinkedHashMap<>();
  private final Map<String, HostNote> hosts = new LinkedHashMap<>();
  private final Map<String, Integer> disturbed = new HashMap<>();
  private final List<JournalRecord.BlockAdded> added = new ArrayList<>();
  private final List<JournalRecord.CellStopped> stopped = new ArrayList<>();
  private Duration worked = Duration.ZERO;
  private int starts;
  private int done;
  private @Nullable String outcome;
  private @Nullable Instant startedAt;
  private @Nullable Instant changedAt;

  private CampaignProgress() {}

  /** Of a campaign that has not started. */
  public static CampaignProgress none() {
    return new CampaignProgress();
  }

  /** Of a journal; {@link #none} where there is no file. */
  public static CampaignProgress replay(Path journal) throws IOException {
    CampaignProgress progress = new CampaignProgress();
    if (Files.exists(journal)) {
      Journal.replay(journal, progress::take);
    }
    return progress;
  }

  private void take(Journal.Entry entry) {
    boolean start =
        entry.what() instanceof JournalRecord.CampaignStarted
            || entry.what() instanceof JournalRecord.CampaignResumed;
    if (!start && changedAt != null && entry.at().isAfter(changedAt)) {
      worked = worked.plus(Duration.between(changedAt, entry.at()));
    }
    changedAt = entry.at();
    switch (entry.what()) {
      case JournalRecord.CampaignStarted _ -> start(entry.at());
      case JournalRecord.CampaignResumed _ -> start(entry.at());
      case JournalRecord.CampaignEnded ended -> outcome = ended.outcome();
      case JournalRecord.HostReady host -> note(host.host(), HostState.READY, "", entry.at());
      case JournalRecord.HostAway host ->
          note(host.host(), HostState.AWAY, host.reason(), entry.at());
      case JournalRecord.HostLost host ->
          note(host.host(), HostState.SET_ASIDE, host.reason(), entry.at());
      case JournalRecord.TrialStarted trial -> open.put(trial.host(), trial.trial());
      case JournalRecord.TrialTainted trial ->
          disturbed.merge(trial.trial(), trial.attempt(), Math::max);
      case JournalRecord.BlockAdded block -> added.add(block);
      case JournalRecord.CellStopped cell -> stopped.add(cell);
      case JournalRecord.TrialDone trial -> record(trial.host(), trial.trial(), true);
      case JournalRecord.TrialFailed trial -> record(trial.host(), trial.trial(), false);
    }
  }

  private void start(Instant at) {
    starts++;
    outcome = null;
    startedAt = startedAt == null ? at : startedAt;
  }

  private void note(String host, HostState state, String note, Instant at) {
    hosts.put(host, new HostNote(state, note, at));
  }

  /** The first record of a trial stands. */
  private void record(String host, String trial, boolean hasResult) {
    open.remove(host, trial);
    if (recorded.putIfAbsent(trial, hasResult) == null && hasResult) {
      done++;
    }
  }

  /** Starts of a coordinator so far. */
  public int starts() {
    return starts;
  }

  /** Whether a trial has a record, and if so, whether it has a result. */
  public Optional<Boolean> recorded(String trial) {
    return Optional.ofNullable(recorded.get(trial));
  }

  /** Trials with a result. */
  public int done() {
    return done;
  }

  /** Trials with a record and without a result. */
  public int failed() {
    return recorded.size() - done;
  }

  /** The trial each host started last, if it has no record. */
  public Map<String, String> open() {
    return Map.copyOf(open);
  }

  /** In the order in which they were first heard of. */
  public Map<String, HostNote> hosts() {
    return new LinkedHashMap<>(hosts);
  }

  /** Trials of which a run was disturbed. */
  public int disturbed() {
    return disturbed.size();
  }

  /** Runs of a trial that were disturbed. */
  public int disturbedRuns(String trial) {
    return disturbed.getOrDefault(trial, 0);
  }

  /** Blocks beyond the plan, in the order in which they were added. */
  public List<JournalRecord.BlockAdded> added() {
    return List.copyOf(added);
  }

  /** Cells that get no further block. */
  public List<JournalRecord.CellStopped> stopped() {
    return List.copyOf(stopped);
  }

  /** How long coordinators were at work; the times between two of them do not count. */
  public Duration worked() {
    return worked;
  }

  /** done, incomplete or interrupted; empty while a coordinator is at work or after it died. */
  public Optional<String> outcome() {
    return Optional.ofNullable(outcome);
  }

  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }

  /** When the last record was written. */
  public Optional<Instant> changedAt() {
    return Optional.ofNullable(changedAt);
  }
}
