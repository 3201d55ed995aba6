package io.slablab.suites.spec;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where a trial's memory lies on a host with several nodes. */
public enum MemoryPolicy {
  /** On the nodes of the placement's CPUs. */
  LOCAL,
  /** Spread page by page over all nodes with memory. */
  INTERLEAVE,
  /** On nodes without a CPU of the placement. */
  REMOTE;

  /** The word in YAML, tables and files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<MemoryPolicy> byId(String id) {
    return Arrays.stream(values()).filter(policy -> policy.id().equals(id)).findFirst();
  }
}
