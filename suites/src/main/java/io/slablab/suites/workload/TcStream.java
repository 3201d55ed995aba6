package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.tc.RateParms;
import io.slablab.allocator.tc.RatedTcAction;
import io.slablab.allocator.tc.TcAction;
import io.slablab.allocator.tc.TcActionOps;
import io.slablab.allocator.tc.TcActions;
import io.slablab.suites.spec.WorkloadSpec.TcSpec;

/** tc filter replace: a filter's actions are created, then those of the oldest one are released. */
final class TcStream extends LifeCycleStream {
  private static final int GAP = 16;

  private final TcActions actions;
  private final LiveSet lives;
  private final BusyRest rest;
  private final double reuse;
  private final int perFilter;

  /** The filter being built, from {@link #GAP} on. */
  private final long[] fresh;

  private TcStream(StreamSetup setup, TcActions actions, int perFilter) {
    super(setup);
    this.actions = actions;
    this.perFilter = perFilter;
    this.lives = new LiveSet(setup.live() * perFilter);
    this.rest = setup.rest();
    this.reuse = setup.live() == 0 ? 1 : setup.reuse();
    this.fresh = new long[GAP + perFilter + GAP];
  }

  static Workload open(Cpu cpu, TcSpec spec, WorkloadSetup setup) {
    AllocatorStack stack = setup.stack();
    TcAction type = type(cpu, spec, setup);
    ObjectPool pool = setup.design().open(cpu, stack, type);
    TcActions actions = new TcActions(stack.machine(), type, pool);
    LifeCycleStream[] streams =
        setup.streams(spec, Cost.TC_REST, stream -> new TcStream(stream, actions, spec.actions()));
    return new Workload(spec.name(), setup.variantId(), pool, streams);
  }

  private static TcAction type(Cpu cpu, TcSpec spec, WorkloadSetup setup) {
    TcAction type =
        TcAction.of(
            setup.stack(),
            TcActionOps.GACT,
            setup.design().form(),
            spec.cpustats(),
            setup.faithful());
    return spec.estimator()
        ? RatedTcAction.create(cpu, setup.stack(), type, RateParms.DEFAULT)
        : type;
  }

  @Override
  void fill(Cpu cpu) {
    while (!lives.full()) {
      create(cpu);
      keep();
    }
  }

  @Override
  void live(Cpu cpu) {
    create(cpu);
    rest.run(cpu, state);
    if (state.chance(reuse)) {
      for (int i = 0; i < perFilter; i++) {
        endSomewhere(cpu, fresh[GAP + i]);
      }
    } else {
      for (int i = 0; i < perFilter; i++) {
        endSomewhere(cpu, lives.removeOldest());
      }
      keep();
    }
  }

  private void create(Cpu cpu) {
    if (actions.createMany(cpu, Gfp.GFP_KERNEL, fresh, GAP, perFilter) != 0) {
      throw failed("tc", "a filter's actions");
    }
  }

  private void keep() {
    for (int i = 0; i < perFilter; i++) {
      lives.add(fresh[GAP + i]);
    }
  }

  @Override
  void end(Cpu cpu, long action) {
    actions.release(cpu, action, true);
  }

  @Override
  void endAll(Cpu cpu) {
    while (lives.size() != 0) {
      end(cpu, lives.removeOldest());
    }
  }
}
