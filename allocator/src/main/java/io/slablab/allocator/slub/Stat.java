package io.slablab.allocator.slub;

/** Event counters: SLUB_STATS by their kernel names, and those of constructors. */
public enum Stat {
  ALLOC_FASTPATH,
  ALLOC_SLOWPATH,
  FREE_FASTPATH,
  FREE_SLOWPATH,
  FREE_FROZEN,
  FREE_ADD_PARTIAL,
  FREE_REMOVE_PARTIAL,
  ALLOC_FROM_PARTIAL,
  ALLOC_SLAB,
  ALLOC_REFILL,
  ALLOC_NODE_MISMATCH,
  FREE_SLAB,
  CPUSLAB_FLUSH,
  DEACTIVATE_FULL,
  DEACTIVATE_EMPTY,
  DEACTIVATE_TO_HEAD,
  DEACTIVATE_TO_TAIL,
  DEACTIVATE_REMOTE_FREES,
  DEACTIVATE_BYPASS,
  ORDER_FALLBACK,
  CMPXCHG_DOUBLE_CPU_FAIL,
  CMPXCHG_DOUBLE_FAIL,
  CPU_PARTIAL_ALLOC,
  CPU_PARTIAL_FREE,
  CPU_PARTIAL_NODE,
  CPU_PARTIAL_DRAIN,
  SHEAF_FLUSH,
  SHEAF_REFILL,
  SHEAF_ALLOC,
  SHEAF_FREE,
  BARN_GET,
  BARN_GET_FAIL,
  BARN_PUT,
  BARN_PUT_FAIL,
  FREE_RCU_SHEAF,
  FREE_RCU_SHEAF_FAIL,
  SHEAF_PREFILL_FAST,
  SHEAF_PREFILL_SLOW,
  SHEAF_PREFILL_OVERSIZE,
  SHEAF_RETURN_FAST,
  SHEAF_RETURN_SLOW,
  CTOR_CALLS(Source.MODEL),
  CTOR_FAIL(Source.MODEL),
  DTOR_CALLS(Source.MODEL),
  /** Slabs left to the worker that destructs. */
  DTOR_DEFERRED(Source.MODEL),
  SLAB_ALLOC_FAIL_CTOR(Source.MODEL),
  /** Constructed objects that were zeroed all the same; faithful mode only. */
  ZERO_ON_CONSTRUCTED(Source.MODEL);

  /** Who counts it. */
  private enum Source {
    KERNEL,
    MODEL
  }

  private final Source source;

  Stat() {
    this(Source.KERNEL);
  }

  Stat(Source source) {
    this.source = source;
  }

  /** Whether the kernel counts it too; such a counter may be cleared. */
  boolean isKernels() {
    return source == Source.KERNEL;
  }

  /** As the kernel's attribute files are called. */
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
