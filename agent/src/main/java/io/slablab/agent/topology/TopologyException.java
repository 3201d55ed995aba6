package io.slablab.agent.topology;

import java.nio.file.Path;

/** A tree that cannot be read as a machine. */
public final class TopologyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path place;
  private final String what;

  TopologyException(Path place, String what) {
    super(place + ": " + what);
    this.place = place;
    this.what = what;
  }

  /** The file or directory at fault. */
  public Path place() {
    return place;
  }

  /** What is wrong with it, in one line. */
  public String what() {
    return what;
  }
}
