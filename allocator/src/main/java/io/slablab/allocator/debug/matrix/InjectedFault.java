package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.FailurePolicy;
import io.slablab.allocator.percpu.PercpuFaults;
import io.slablab.allocator.slub.FailSlab;

/** What is made to fail, each time it is asked for. */
enum InjectedFault {
  PAGE("page") {
    @Override
    void arm(MatrixRun run) {
      run.stack.pages().setFailurePolicy((_, _, _) -> true);
    }

    @Override
    void disarm(MatrixRun run) {
      run.stack.pages().setFailurePolicy(FailurePolicy.NONE);
    }
  },
  OBJECT("slab object") {
    @Override
    void arm(MatrixRun run) {
      run.failSlab().arm(FailSlab.Faults.ALL);
    }

    @Override
    void disarm(MatrixRun run) {
      run.failSlab().disarm();
    }
  },
  /** Of chunks and their pages; areas on pages that are there are still to be had. */
  AREA("per-CPU area") {
    @Override
    void arm(MatrixRun run) {
      run.stack.percpu().setFaults(NO_BACKING);
      run.hogged.takeAll();
    }

    @Override
    void disarm(MatrixRun run) {
      run.hogged.giveBack();
      run.stack.percpu().setFaults(PercpuFaults.NONE);
    }
  },
  /** As posted there is no such point: what a constructor asks for fails at the birth of a slab. */
  CONSTRUCTOR("constructor") {
    @Override
    boolean concerns(MatrixRun run) {
      return run.life.type().form().constructed();
    }

    @Override
    boolean reaches(MatrixRun run) {
      return run.failCtor().isPresent();
    }

    @Override
    void arm(MatrixRun run) {
      run.failCtor().orElseThrow().arm(FailSlab.Faults.ALL);
    }

    @Override
    void disarm(MatrixRun run) {
      run.failCtor().orElseThrow().disarm();
    }
  };

  private static final PercpuFaults NO_BACKING =
      new PercpuFaults() {
        @Override
        public boolean createChunk(Cpu cpu, int gfp) {
          return true;
        }

        @Override
        public boolean populatePage(Cpu cpu, int page, int unitCpu, int gfp) {
          return true;
        }
      };

  private final String kind;

  InjectedFault(String kind) {
    this.kind = kind;
  }

  String kind() {
    return kind;
  }

  /** Whether the design has what would fail. */
  boolean concerns(MatrixRun run) {
    return true;
  }

  /** Whether the run has a point where this can be injected. */
  boolean reaches(MatrixRun run) {
    return true;
  }

  abstract void arm(MatrixRun run);

  abstract void disarm(MatrixRun run);
}
