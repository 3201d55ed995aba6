package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.suites.spec.WorkloadSpec.ExecSpec;

/** exec(): a new mm_struct is built and used, then the oldest one is dropped. */
class ExecStream extends LifeCycleStream {
  /** A file fault maps its surroundings too. */
  private static final int FILE_FAULT_PAGES = 16;

  final MmStruct type;
  final LiveSet lives;
  final ObjectPool pool;
  private final BusyRest rest;
  private final double reuse;
  final int rssUpdates;

  ExecStream(StreamSetup setup, MmStruct type, ObjectPool pool, int rssUpdates) {
    super(setup);
    this.type = type;
    this.pool = pool;
    this.lives = new LiveSet(setup.live());
    this.rest = setup.rest();
    this.reuse = setup.live() == 0 ? 1 : setup.reuse();
    this.rssUpdates = rssUpdates;
  }

  static Workload open(Cpu cpu, ExecSpec spec, WorkloadSetup setup) {
    MmStruct type = setup.mms(cpu, spec.mm());
    ObjectPool pool = setup.design().open(cpu, setup.stack(), type);
    LifeCycleStream[] streams =
        setup.streams(
            spec,
            Cost.EXEC_REST,
            stream ->
                spec.fork()
                    ? ForkStream.create(stream, type, pool, spec.rssUpdates())
                    : new ExecStream(stream, type, pool, spec.rssUpdates()));
    return new Workload(spec.name(), setup.variantId(), pool, streams);
  }

  @Override
  void fill(Cpu cpu) {
    while (!lives.full()) {
      lives.add(create(cpu));
    }
  }

  @Override
  void live(Cpu cpu) {
    use(cpu, create(cpu));
  }

  /** What follows the making of an mm_struct, up to the end of one. */
  final void use(Cpu cpu, long mm) {
    rest.run(cpu, state);
    if (state.chance(reuse)) {
      endSomewhere(cpu, mm);
    } else {
      long oldest = lives.removeOldest();
      lives.add(mm);
      endSomewhere(cpu, oldest);
    }
  }

  /** A new one, as yet unused. */
  final long get(Cpu cpu) {
    long mm = pool.get(cpu, Gfp.GFP_KERNEL);
    if (mm == 0) {
      throw failed(workload(), "an mm_struct");
    }
    return mm;
  }

  String workload() {
    return "exec";
  }

  final long create(Cpu cpu) {
    long mm = get(cpu);
    for (int update = 0; update < rssUpdates; update++) {
      if ((update & 1) == 0) {
        type.fault(cpu, mm, MmStruct.FILE_PAGES, FILE_FAULT_PAGES);
      } else {
        type.fault(cpu, mm, MmStruct.ANON_PAGES, 1);
      }
    }
    return mm;
  }

  @Override
  void end(Cpu cpu, long mm) {
    pool.put(cpu, mm);
  }

  @Override
  void endAll(Cpu cpu) {
    while (lives.size() != 0) {
      end(cpu, lives.removeOldest());
    }
  }
}
