package io.slablab.coordinator.schedule;

/** The failures of a host since its last trial that was done. */
final class FailureRow {
  private final int most;
  private int length;

  FailureRow(HostLimits limits) {
    this.most = limits.hostFailures();
  }

  /** The host's agent failed. */
  void agentFailed() {
    length++;
  }

  /** A trial is done. */
  void end() {
    length = 0;
  }

  int length() {
    return length;
  }

  /** Whether the host is to be set aside. */
  boolean isFull() {
    return length >= most;
  }

  /** Whether it is with one failure more. */
  boolean isAlmostFull() {
    return length + 1 >= most;
  }
}
