package io.slablab.allocator.mm;

import java.util.Optional;

/** Whose mm_struct is modelled: what it keeps per CPU beside its counters. */
public enum MmKernel {
  /** 16 bytes of concurrency id on each CPU, set in a walk over all CPUs. */
  V6_15("v6.15", 16, 8),

  /**
   * 64 bytes of concurrency id on each CPU, a line of their own, for which zero is right; and from
   * the second thread on a futex_ref.
   */
  V7_0("v7.0", 64, 64);

  /** A count of references to the futex hash, on each CPU. */
  static final int FUTEX_REF_BYTES = 4;

  private final String id;
  private final int cidBytes;
  private final int cidAlign;

  MmKernel(String id, int cidBytes, int cidAlign) {
    this.id = id;
    this.cidBytes = cidBytes;
    this.cidAlign = cidAlign;
  }

  /** The name in suites. */
  public String id() {
    return id;
  }

  int cidBytes() {
    return cidBytes;
  }

  int cidAlign() {
    return cidAlign;
  }

  /** The kernel of a name, if there is one. */
  public static Optional<MmKernel> of(String id) {
    for (MmKernel kernel : values()) {
      if (kernel.id.equals(id)) {
        return Optional.of(kernel);
      }
    }
    return Optional.empty();
  }
}
