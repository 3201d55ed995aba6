package io.slablab.suites.spec;

import java.util.Locale;

/** Where the allocator under test lives. */
public enum Engine {
  /** Threads on real hosts. */
  AUTO,
  /** Our allocator on real pinned threads. */
  THREADS;

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
