package io.slablab.coordinator.schedule;

import io.slablab.agent.protocol.TrialOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * The failures of a host since its last trial that was done: its agent's, and its trials'.
 *
 * <p>A trial may also fail for its variant's sake. So the failure of a variant that never was done
 * here is the host's only as long as no variant was.
 */
final class FailureRow {
  private final int most;
  private final Set<String> provenVariants = new HashSet<>();
  private int length;
  private String last = "";

  FailureRow(HostLimits limits) {
    this.most = limits.hostFailures();
  }

  void agentFailed(String reason) {
    length++;
    last = reason;
  }

  /**
   * A trial failed, and its agent is there: else it is the agent's failure.
   *
   * @param reason one line
   */
  void trialFailed(TrialOrder order, String reason) {
    if (provenVariants.isEmpty() || provenVariants.contains(order.variant())) {
      length++;
      last = reason;
    }
  }

  void trialDone(TrialOrder order) {
    provenVariants.add(order.variant());
    length = 0;
  }

  int length() {
    return length;
  }

  /** Whether the host is to be set aside. */
  boolean isFull() {
    return length >= most;
  }

  /** One line. */
  String words() {
    return length + " failures in a row and no trial done, the last: " + last;
  }

  /** Whether it is with one failure more. */
  boolean isAlmostFull() {
    return length + 1 >= most;
  }
}
