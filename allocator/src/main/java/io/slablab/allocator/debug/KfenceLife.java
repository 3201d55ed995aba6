package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.slub.Constructor;
import io.slablab.allocator.slub.Destructor;
import io.slablab.allocator.slub.KmemCacheArgs;
import io.slablab.allocator.slub.SlabIter;
import io.slablab.allocator.slub.SlabLifeCycle;

/** A cache's constructor and destructor on an object that lies on no slab. */
final class KfenceLife {
  private KfenceLife() {}

  /** Returns whether the object is constructed; nothing is left behind when it is not. */
  static boolean construct(Cpu cpu, KmemCacheArgs args, long object, int gfp) {
    int allowed = gfp & ~(Gfp.ACCOUNT | Gfp.ZERO);
    SlabLifeCycle batch = args.batch();
    Constructor ctor = args.ctor();
    cpu.charge(Cost.CTOR);
    if (batch != null) {
      return batch.constructMany(cpu, SlabIter.of(object), allowed) == 1;
    }
    return ctor == null || ctor.construct(cpu, object, allowed) == 0;
  }

  static void destruct(Cpu cpu, KmemCacheArgs args, long object) {
    SlabLifeCycle batch = args.batch();
    Destructor dtor = args.dtor();
    cpu.charge(Cost.DTOR);
    if (batch != null) {
      batch.destructMany(cpu, SlabIter.of(object));
    } else if (dtor != null) {
      dtor.destruct(cpu, object);
    }
  }
}
