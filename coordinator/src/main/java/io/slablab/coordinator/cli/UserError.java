package io.slablab.coordinator.cli;

/** Something a user can mend; the message says where, what, and what would do. */
final class UserError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  UserError(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  static UserError invalid(String message) {
    return new UserError(ExitCode.INVALID_INPUT, message);
  }

  int exitCode() {
    return exitCode;
  }
}
