package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.mm.MmKernel;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.pool.Variant;
import io.slablab.suites.spec.WorkloadSpec;
import java.util.Arrays;
import java.util.function.Function;

/** What a workload is built from, whatever it does. */
record WorkloadSetup(
    AllocatorStack stack,
    Variant design,
    String variantId,
    boolean faithful,
    int[] cpuIds,
    long seed) {
  /** Objects that may be on their way from one worker to the next. */
  private static final int RING_CAPACITY = 256;

  private static final long SEED_STEP = 0xD1B54A32D192ED03L;

  /** The mm_struct of a kernel in the form that the design wants. */
  MmStruct mms(Cpu cpu, MmKernel kernel) {
    return MmStruct.of(cpu, stack, design.form(), faithful, kernel);
  }

  /** One stream for each worker, joined in a circle of rings. */
  LifeCycleStream[] streams(
      WorkloadSpec spec, Cost restTag, Function<StreamSetup, LifeCycleStream> factory) {
    Machine machine = stack.machine();
    int workers = cpuIds.length;
    BusyRest rest = new BusyRest(machine, restTag, spec.rest().nanos());
    SpscRing[] inboxes = new SpscRing[workers];
    Arrays.setAll(inboxes, _ -> new SpscRing(machine, RING_CAPACITY));
    LifeCycleStream[] streams = new LifeCycleStream[workers];
    for (int worker = 0; worker < workers; worker++) {
      StreamSetup setup =
          new StreamSetup(
              stack,
              cpuIds[worker],
              seed ^ (worker + 1) * SEED_STEP,
              spec.reuse(),
              spec.remoteFree(),
              spec.live(),
              rest,
              inboxes[worker],
              inboxes[(worker + 1) % workers]);
      streams[worker] = factory.apply(setup);
    }
    return streams;
  }
}
