package io.slablab.agent.placement;

/**
 * Names of the error numbers that binding calls give; Linux numbers, equal on x86-64 and aarch64.
 */
final class Errno {
  private Errno() {}

  static String name(int errno) {
    return switch (errno) {
      case 1 -> "EPERM";
      case 3 -> "ESRCH";
      case 7 -> "E2BIG";
      case 12 -> "ENOMEM";
      case 13 -> "EACCES";
      case 14 -> "EFAULT";
      case 22 -> "EINVAL";
      case 38 -> "ENOSYS";
      default -> "errno " + errno;
    };
  }
}
