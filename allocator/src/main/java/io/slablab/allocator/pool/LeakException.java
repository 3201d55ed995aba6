package io.slablab.allocator.pool;

import java.util.List;

/** Something is still allocated that nobody can give back any more: a defect of the allocator. */
public final class LeakException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final List<String> leaks;

  LeakException(List<String> leaks) {
    super("left behind after all pools were closed: " + String.join("; ", leaks));
    this.leaks = List.copyOf(leaks);
  }

  /** One entry for each kind of thing that is left. */
  public List<String> leaks() {
    return leaks;
  }
}
