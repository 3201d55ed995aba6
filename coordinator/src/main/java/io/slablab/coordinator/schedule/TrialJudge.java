package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Decides whether a trial that has a result was disturbed. A disturbed one counts for nothing; its
 * files are kept aside and it runs again, a bounded number of times. Called on the host's own
 * thread.
 */
@FunctionalInterface
public interface TrialJudge {
  /** Finds nothing wrong with any trial. */
  TrialJudge LENIENT = (_, _) -> Optional.empty();

  /**
   * @param files folder that holds trial.json and what else the trial left
   * @return what disturbed it, one line; empty when nothing did
   */
  Optional<String> taint(TrialOrder order, Path files) throws IOException;
}
