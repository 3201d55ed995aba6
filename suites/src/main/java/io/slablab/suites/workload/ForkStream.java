package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.pool.ObjectPool;

/**
 * fork() and exec(), as a shell starts a program: the oldest mm_struct is duplicated, then replaced
 * by a new one. Two are made in every operation, and two end.
 */
final class ForkStream extends ExecStream {

  private ForkStream(StreamSetup setup, MmStruct type, ObjectPool pool, int rssUpdates) {
    super(setup, type, pool, rssUpdates);
  }

  /** A call by this name loads no other stream: a workload of exec alone keeps its calls bound. */
  static ExecStream create(StreamSetup setup, MmStruct type, ObjectPool pool, int rssUpdates) {
    return new ForkStream(setup, type, pool, rssUpdates);
  }

  @Override
  void live(Cpu cpu) {
    long child = get(cpu);
    type.dup(cpu, child, lives.oldest());
    use(cpu, exec(cpu, child));
  }

  /** The child's own one ends when the new one is there; also when it is not to be had. */
  private long exec(Cpu cpu, long child) {
    try {
      return create(cpu);
    } finally {
      end(cpu, child);
    }
  }
}
