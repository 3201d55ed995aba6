package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Decides whether a trial that has a result was disturbed, and whether a host may run one. A
 * disturbed trial counts for nothing; its files are kept aside and it runs again, a bounded number
 * of times. Called on the host's own thread.
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

  /**
   * @param incarnation which start of the host's agent this is, from 1
   * @param conditionsJson what the agent told, a JSON object
   * @return why no trial may run there, one line; empty when one may
   */
  default Optional<String> unfit(String host, int incarnation, String conditionsJson) {
    return Optional.empty();
  }
}
