package io.slablab.allocator.pool;

import io.slablab.allocator.page.Gfp;

/** What is tried while something fails. */
enum FailureOperation {
  /** The first object of a cold pool: slab, constructors, areas, counters, page table, charge. */
  GET(true) {
    @Override
    void prepare(FailureBench bench) {
      bench.openPool();
    }

    @Override
    boolean attempt(FailureBench bench) {
      return bench.get(Gfp.GFP_KERNEL);
    }
  },

  /** As GET, without waiting. */
  GET_ATOMIC(true) {
    @Override
    void prepare(FailureBench bench) {
      bench.openPool();
    }

    @Override
    boolean attempt(FailureBench bench) {
      return bench.get(Gfp.GFP_ATOMIC);
    }
  },

  /** More objects than a slab holds, ended in the order of their begin. */
  PUT(false) {
    @Override
    void prepare(FailureBench bench) {
      bench.openPool();
      getMany(bench);
    }

    @Override
    boolean attempt(FailureBench bench) {
      bench.putAll();
      return true;
    }
  },

  TRIM(false) {
    @Override
    void prepare(FailureBench bench) {
      bench.openPool();
      getMany(bench);
      bench.putAll();
      bench.get(Gfp.GFP_KERNEL);
    }

    @Override
    boolean attempt(FailureBench bench) {
      bench.pool().trim(bench.cpu);
      bench.cpu.poll();
      return true;
    }
  },

  /** Type, cache and pool. */
  CREATE(true) {
    @Override
    void prepare(FailureBench bench) {}

    @Override
    boolean attempt(FailureBench bench) {
      return bench.openPool();
    }
  },

  /** With slabs left. */
  DESTROY(false) {
    @Override
    void prepare(FailureBench bench) {
      bench.openPool();
      getMany(bench);
      bench.putAll();
    }

    @Override
    boolean attempt(FailureBench bench) {
      bench.closePool();
      return true;
    }
  },

  /** Objects of two slabs of a cache with the type's constructor, or none. */
  BULK(true) {
    @Override
    void prepare(FailureBench bench) {
      bench.openPool();
      bench.openCache();
    }

    @Override
    boolean attempt(FailureBench bench) {
      return bench.allocBulk(FailureBench.BULK, Gfp.GFP_KERNEL);
    }
  },

  PERCPU_ALLOC(true) {
    @Override
    void prepare(FailureBench bench) {}

    @Override
    boolean attempt(FailureBench bench) {
      return bench.allocArea(16, 16, Gfp.GFP_KERNEL | Gfp.ACCOUNT)
          && bench.allocArea(12_000, 4096, Gfp.GFP_KERNEL | Gfp.ACCOUNT);
    }
  },

  PERCPU_BULK(true) {
    @Override
    void prepare(FailureBench bench) {}

    @Override
    boolean attempt(FailureBench bench) {
      return bench.allocAreas(768, 12, Gfp.GFP_KERNEL | Gfp.ACCOUNT);
    }
  },

  COUNTERS_INIT(true) {
    @Override
    void prepare(FailureBench bench) {
      bench.makeCounterPage();
    }

    @Override
    boolean attempt(FailureBench bench) {
      return bench.initCounters(Gfp.GFP_KERNEL | Gfp.ACCOUNT);
    }
  },

  CHARGE(true) {
    @Override
    void prepare(FailureBench bench) {
      bench.makeCounterPage();
      bench.initCounters(Gfp.GFP_KERNEL);
    }

    @Override
    boolean attempt(FailureBench bench) {
      return bench.chargeCounters();
    }
  };

  private final boolean mayFail;

  FailureOperation(boolean mayFail) {
    this.mayFail = mayFail;
  }

  /** Whether failing is documented; else it must succeed whatever fails. */
  boolean mayFail() {
    return mayFail;
  }

  abstract void prepare(FailureBench bench);

  /** Returns whether it succeeded; a failure is the documented one or an exception. */
  abstract boolean attempt(FailureBench bench);

  private static void getMany(FailureBench bench) {
    for (int i = 0; i < FailureBench.BULK; i++) {
      bench.get(Gfp.GFP_KERNEL);
    }
  }
}
