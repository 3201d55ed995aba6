package io.slablab.agent.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What an agent tells of a trial. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TrialEvent.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = TrialEvent.Busy.class, name = "busy"),
  @JsonSubTypes.Type(value = TrialEvent.Progress.class, name = "progress"),
  @JsonSubTypes.Type(value = TrialEvent.Finished.class, name = "finished"),
  @JsonSubTypes.Type(value = TrialEvent.Failed.class, name = "failed")
})
public sealed interface TrialEvent extends Wire {

  String trialId();

  /** The trial's process is being started. */
  record Accepted(String trialId) implements TrialEvent {}

  /** Refused: another trial runs. */
  record Busy(String trialId, String runningTrialId) implements TrialEvent {}

  /**
   * One measured interval ended.
   *
   * @param iteration from 1
   */
  record Progress(String trialId, int iteration, double opsPerSecond) implements TrialEvent {}

  /** All files are in the trial's directory. */
  record Finished(String trialId, double opsPerSecond) implements TrialEvent {}

  /**
   * The trial gave no result; trial.json in its directory says the same.
   *
   * @param reason one line
   * @param stderrTail last lines of the trial's error output, may be empty
   */
  record Failed(String trialId, String reason, String stderrTail) implements TrialEvent {}
}
