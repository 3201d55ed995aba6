package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import io.slablab.agent.protocol.TrialResult;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a trial that has ended comes to: it is done, has failed, or was disturbed and runs again.
 * When a method returns, that is on the disk.
 */
final class TrialEnds {
  private final HostTrials trials;
  private final HostRecords records;
  private final CampaignListener listener;
  private final TrialJudge judge;
  private final HostLimits limits;
  private final FailureRow failures;

  TrialEnds(
      HostTrials trials,
      HostRecords records,
      CampaignListener listener,
      TrialJudge judge,
      HostLimits limits,
      FailureRow failures) {
    this.trials = trials;
    this.records = records;
    this.listener = listener;
    this.judge = judge;
    this.limits = limits;
    this.failures = failures;
  }

  /**
   * All files are here.
   *
   * @param late whether the trial was cancelled because it did not end in time
   */
  void whole(TrialOrder order, TrialResult ended, Path files, boolean late) throws IOException {
    if (!ended.done()) {
      failedHere(order, late ? "not over in time: " + ended.reason() : ended.reason());
      return;
    }
    Optional<String> mismatch = records.mismatch(order, files);
    if (mismatch.isPresent()) {
      AtomicFiles.deleteTree(files);
      failedHere(order, "the agent sent something else: " + mismatch.get());
      return;
    }
    Optional<String> taint = judge.taint(order, files);
    int attempt = trials.attempt(order.id());
    if (taint.isEmpty()) {
      succeed(order, ended);
    } else if (attempt <= limits.reruns()) {
      rerun(order, attempt, taint.get());
    } else {
      failedHere(order, "disturbed in each of " + attempt + " runs, at last: " + taint.get());
    }
  }

  private void succeed(TrialOrder order, TrialResult ended) throws IOException {
    records.done(order, ended);
    trials.record(order.id(), true);
    failures.trialDone(order);
    listener.trialDone(order, ended.opsPerSecond());
  }

  private void rerun(TrialOrder order, int attempt, String taint) throws IOException {
    records.tainted(order, attempt, taint);
    listener.trialTainted(order, attempt, taint);
    trials.runAgain(order.id());
  }

  /** The trial failed, and its agent is there. */
  void failedHere(TrialOrder order, String reason) throws IOException {
    failed(order, reason);
    failures.trialFailed(order, OneLine.of(reason));
  }

  void failed(TrialOrder order, String reason) throws IOException {
    String line = OneLine.of(reason);
    records.failed(order, line);
    trials.record(order.id(), false);
    listener.trialFailed(order, line);
  }
}
