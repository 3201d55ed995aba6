package io.slablab.allocator.machine;

/** Coarse pieces of local work. A simulated machine charges each from a table of its profile. */
public enum Cost {
  // page allocator
  PAGE_PCP,
  PAGE_BUDDY,
  PAGE_SPLIT_MERGE,
  PAGE_ZERO,
  // slub
  SLUB_FAST,
  SLUB_SLOW,
  SLUB_FREE_SLOW,
  SLUB_FREEZE,
  SLUB_PARTIAL_WALK,
  SLUB_DEACTIVATE,
  SLUB_SHUFFLE,
  SLUB_SETUP_OBJECT,
  SLUB_DISCARD,
  SLUB_SHRINK,
  SLUB_BULK,
  CTOR,
  DTOR,
  // percpu
  PCPU_ENTRY,
  PCPU_SLOT_WALK,
  PCPU_AREA_SEARCH,
  PCPU_HINT_UPDATE,
  PCPU_RELOCATE,
  PCPU_POPULATE,
  PCPU_DEPOPULATE,
  PCPU_TLB_FLUSH,
  PCPU_CREATE_CHUNK,
  PCPU_ZERO,
  PCPU_FREE,
  PCPU_BALANCE,
  PCPU_MAGAZINE,
  PCPU_REST,
  MEMCG_CHARGE,
  // percpu_counter
  COUNTER_INIT,
  COUNTER_LIST,
  COUNTER_ADD,
  COUNTER_SUM,
  // mm_struct
  MM_ZERO,
  MM_INIT,
  MM_CID_INIT,
  PGD_COPY,
  PGD_LIST,
  MM_CHECK,
  EXEC_REST,
  // tc_action
  TC_INIT,
  TC_IDR,
  TC_STATS_ZERO,
  TC_REST,
  // rcu
  RCU_ENQUEUE,
  RCU_CALLBACK,
  RCU_SCAN,
  KFREE_RCU
}
