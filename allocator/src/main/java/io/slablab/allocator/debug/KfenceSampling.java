package io.slablab.allocator.debug;

/** Which allocations KFENCE takes. */
public sealed interface KfenceSampling {

  /** What the kernel does: the first allocation after each 100 ms. */
  KfenceSampling DEFAULT = new EveryNs(100_000_000);

  /**
   * The first allocation after an interval of the machine's clock.
   *
   * @param intervalNs positive
   */
  record EveryNs(long intervalNs) implements KfenceSampling {
    public EveryNs {
      if (intervalNs <= 0) {
        throw new IllegalArgumentException("intervalNs must be positive: " + intervalNs);
      }
    }
  }

  /**
   * One allocation in so many, over all CPUs.
   *
   * @param allocations positive; 1 takes all there is room for
   */
  record EveryAllocations(int allocations) implements KfenceSampling {
    public EveryAllocations {
      if (allocations <= 0) {
        throw new IllegalArgumentException("allocations must be positive: " + allocations);
      }
    }
  }
}
