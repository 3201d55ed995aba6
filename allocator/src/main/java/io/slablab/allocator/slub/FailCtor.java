package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.slub.FailSlab.Faults;
import org.jspecify.annotations.Nullable;

/**
 * Makes constructors fail that would not: {@link FailSlab} for what a constructed object owns,
 * which its users ask for no more. Installed before the first cache; until {@link #arm} nothing
 * fails.
 *
 * <p>A request is the construction of one object; of a slab where a cache constructs its slabs as a
 * whole, and then none of its objects is made. Threads: as {@link FailSlab}.
 */
public final class FailCtor implements HookSource {
  /** The kernel's "out of memory", negative as kernel functions return it. */
  private static final int ENOMEM = -12;

  private final ArmedFaults armed;

  public FailCtor(Machine machine) {
    this.armed = new ArmedFaults(machine, "failctor");
  }

  /** From now on these constructions fail; counting starts anew. */
  public void arm(Faults faults) {
    armed.arm(faults);
  }

  /** From now on nothing fails. */
  public void disarm() {
    armed.arm(Faults.NONE);
  }

  /** Failures since {@link #arm}. */
  public long failures() {
    return armed.failures();
  }

  @Override
  public KmemCacheArgs prepare(int objectSize, KmemCacheArgs args) {
    boolean flagged = (args.flags() & SlabFlags.FAILSLAB) != 0;
    Constructor ctor = args.ctor();
    SlabLifeCycle batch = args.batch();
    if (ctor != null) {
      return args.withCtor((cpu, object, gfp) ->
          armed.next(cpu, gfp, flagged) ? ENOMEM : ctor.construct(cpu, object, gfp));
    }
    return batch == null ? args : args.withBatch(new Failing(batch, armed, flagged));
  }

  /** Fails before anything is made. */
  private record Failing(SlabLifeCycle batch, ArmedFaults armed, boolean flagged)
      implements SlabLifeCycle {
    @Override
    public int constructMany(Cpu cpu, SlabIter objects, int gfp) {
      return armed.next(cpu, gfp, flagged) ? 0 : batch.constructMany(cpu, objects, gfp);
    }

    @Override
    public void destructMany(Cpu cpu, SlabIter objects) {
      batch.destructMany(cpu, objects);
    }
  }

  /** Around users of objects there is nothing to do. */
  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    return null;
  }
}
