package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.slub.Destructor;
import io.slablab.allocator.slub.HookSource;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.ObjectHooks;
import io.slablab.allocator.slub.SlabIter;
import io.slablab.allocator.slub.SlabLifeCycle;
import org.jspecify.annotations.Nullable;

/** Puts a defect in front of every destructor: once per object, or slab where it ends slabs. */
final class PlantedDestructor implements HookSource {
  private CpuTask defect = _ -> {};

  /** From now on destructors do this first; by the holder of the only CPU that destructs. */
  void plant(CpuTask wanted) {
    defect = wanted;
  }

  @Override
  public KmemCacheArgs prepare(int objectSize, KmemCacheArgs args) {
    Destructor dtor = args.dtor();
    SlabLifeCycle batch = args.batch();
    if (dtor != null) {
      return args.withDtor((cpu, object) -> {
        defect.run(cpu);
        dtor.destruct(cpu, object);
      });
    }
    return batch == null ? args : args.withBatch(new Planted(batch));
  }

  private final class Planted implements SlabLifeCycle {
    private final SlabLifeCycle batch;

    Planted(SlabLifeCycle batch) {
      this.batch = batch;
    }

    @Override
    public int constructMany(Cpu cpu, SlabIter objects, int gfp) {
      return batch.constructMany(cpu, objects, gfp);
    }

    @Override
    public void destructMany(Cpu cpu, SlabIter objects) {
      defect.run(cpu);
      batch.destructMany(cpu, objects);
    }
  }

  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    return null;
  }
}
