package io.slablab.agent.trial;

/** How a trial ended. Its directory says the same in {@code trial.json}. */
public sealed interface TrialOutcome {

  /**
   * All files are in the trial's directory.
   *
   * @param opsPerSecond mean of the measured intervals
   */
  record Done(double opsPerSecond) implements TrialOutcome {}

  /**
   * The trial gave no result.
   *
   * @param reason one line
   * @param stderrTail last lines of the fork's error output, may be empty
   */
  record Failed(String reason, String stderrTail) implements TrialOutcome {}
}
