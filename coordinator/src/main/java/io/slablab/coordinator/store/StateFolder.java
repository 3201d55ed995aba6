package io.slablab.coordinator.store;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where what outlives a run is kept, by the XDG base directory rules.
 *
 * @param root made by who writes first
 */
public record StateFolder(Path root) {

  /** The user's own. */
  public static StateFolder ofUser() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** A relative {@code XDG_STATE_HOME} counts as none, as the rules say. */
  static StateFolder of(Map<String, String> environment, Path home) {
    String set = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base = Path.of(set).isAbsolute() ? Path.of(set) : home.resolve(".local/state");
    return new StateFolder(base.resolve("slablab"));
  }

  /** The lab's authority and the identities it gave. */
  public Path pki() {
    return root.resolve("pki");
  }

  /** Runs that this user's coordinators are at work on, on this machine. */
  public MachineRuns runs() {
    return new MachineRuns(root.resolve("runs"));
  }
}
