package io.slablab.coordinator.deploy.pki;

import java.nio.file.Path;
import java.util.Map;

/** Where what outlives a run is kept, by the XDG base directory rules. */
public final class StateFolder {

  private StateFolder() {}

  /** The user's own. */
  public static Path ofUser() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** A relative {@code XDG_STATE_HOME} counts as none, as the rules say. */
  static Path of(Map<String, String> environment, Path home) {
    String set = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base = Path.of(set).isAbsolute() ? Path.of(set) : home.resolve(".local/state");
    return base.resolve("slablab");
  }
}
