package io.slablab.allocator.bench;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/** One CPU allocates 256-byte objects, another frees them. */
@State(Scope.Group)
public class SlubRemote {
  private final Handover ring = new Handover();
  private final long[] objects = new long[Handover.SLOTS];

  @Benchmark
  @Group("slubRemote")
  public long allocate(OnCpu worker, Control control) {
    Cpu cpu = worker.get();
    int slot = ring.claim(control);
    if (slot < 0) {
      return 0;
    }
    long object = Stack.CACHE.alloc(cpu, Gfp.GFP_KERNEL);
    objects[slot] = object;
    ring.publish();
    return object;
  }

  @Benchmark
  @Group("slubRemote")
  public long free(OnCpu worker, Control control) {
    Cpu cpu = worker.get();
    int slot = ring.await(control);
    if (slot < 0) {
      return 0;
    }
    long object = objects[slot];
    ring.done();
    Stack.CACHE.free(cpu, object);
    return object;
  }
}
