package io.slablab.coordinator.cli;

/** The exit codes every command shares. */
final class ExitCode {
  static final int OK = 0;
  static final int USAGE_OR_INTERNAL = 1;
  static final int INVALID_INPUT = 2;
  static final int INFRASTRUCTURE = 5;
  static final int CONTRACT_BROKEN = 6;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
