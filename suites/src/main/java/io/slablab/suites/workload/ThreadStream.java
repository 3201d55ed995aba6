package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmReferences;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.suites.spec.WorkloadSpec.ThreadSpec;

/**
 * A process and its threads: an mm_struct is built as by exec, then threads are created in it. Each
 * runs and ends here or on the next worker's CPU; the process's first thread ends as in exec. Who
 * ends last, wherever that is, ends the mm_struct.
 *
 * <p>A thread is the mm_struct it is an {@code mm_users} of; a ring may hold the same one many
 * times.
 */
final class ThreadStream extends ExecStream {
  private final MmReferences mms;
  private final int threads;

  private ThreadStream(
      StreamSetup setup, MmStruct type, ObjectPool pool, MmReferences mms, ThreadSpec spec) {
    super(setup, type, pool, spec.rssUpdates());
    this.mms = mms;
    this.threads = spec.threads();
  }

  static Workload open(Cpu cpu, ThreadSpec spec, WorkloadSetup setup) {
    MmStruct type = setup.mms(cpu, spec.mm());
    ObjectPool pool = setup.design().open(cpu, setup.stack(), type);
    MmReferences mms = new MmReferences(setup.stack().machine(), type, pool);
    LifeCycleStream[] streams =
        setup.streams(
            spec, Cost.EXEC_REST, stream -> new ThreadStream(stream, type, pool, mms, spec));
    return new Workload(spec.name(), setup.variantId(), pool, streams);
  }

  @Override
  String workload() {
    return "thread";
  }

  @Override
  void live(Cpu cpu) {
    long mm = create(cpu);
    for (int thread = 0; thread < threads; thread++) {
      spawn(cpu, mm);
    }
    use(cpu, mm);
  }

  private void spawn(Cpu cpu, long mm) {
    if (type.addThread(cpu, mm, Gfp.GFP_KERNEL) != 0) {
      mms.mmput(cpu, mm); // the first thread, which has nothing to do any more
      throw failed(workload(), "a thread's part of an mm_struct");
    }
    mms.mmget(mm);
    endSomewhere(cpu, mm);
  }

  /** A thread runs: it maps pages one by one, unmaps them together, and ends. */
  @Override
  void end(Cpu cpu, long mm) {
    for (int update = 0; update < rssUpdates; update++) {
      type.addRss(cpu, mm, MmStruct.ANON_PAGES, 1);
    }
    if (rssUpdates != 0) {
      type.addRss(cpu, mm, MmStruct.ANON_PAGES, -rssUpdates);
    }
    mms.mmput(cpu, mm);
  }
}
