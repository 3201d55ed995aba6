package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.memcg.TaskCgroups;
import io.slablab.allocator.page.Gfp;
import org.jspecify.annotations.Nullable;

/**
 * Charges every object of a {@link SlabFlags#ACCOUNT} cache to the cgroup of the task that takes
 * it, whoever built the slab, and gives the charge back when it is freed, by whatever task.
 *
 * <p>One object counts as its stride and eight bytes for the entry that remembers its payer. A
 * charge goes to the CPU's stock of its cgroup; without room below the limit the object goes back
 * and the allocation fails, unless it must not fail.
 */
public final class SlabCharges implements HookSource {
  private static final int ENTRY_BYTES = 8;

  private final TaskCgroups tasks;

  /** Install it last: it refuses objects that others provide. */
  public SlabCharges(TaskCgroups tasks) {
    this.tasks = tasks;
  }

  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    return (cache.flags() & SlabFlags.ACCOUNT) == 0 ? null : new OfCache(cache, tasks);
  }

  /** Bytes charged for one object of a cache. */
  static long objectBytes(KmemCache cache) {
    return cache.geometry().size() + ENTRY_BYTES;
  }

  private static final class OfCache extends ObjectHooks {
    private final KmemCache cache;
    private final SlabTable table;
    private final TaskCgroups tasks;
    private final long bytes;

    OfCache(KmemCache cache, TaskCgroups tasks) {
      this.cache = cache;
      this.table = cache.slub.table();
      this.tasks = tasks;
      this.bytes = objectBytes(cache);
    }

    @Override
    public void slabMade(Cpu cpu, long base, int size) {
      Slab slab = table.of(base);
      if (slab != null) {
        slab.makeExts();
      }
    }

    @Override
    public boolean afterAlloc(Cpu cpu, long object, int gfp) {
      ObjCgroup payer = tasks.current(cpu);
      Slab slab = payer == null ? null : slabOf(object);
      if (payer == null || slab == null || slab.exts == null) {
        return true;
      }
      if ((gfp & Gfp.NOFAIL) != 0) {
        payer.chargeAlways(cpu, bytes);
      } else if (!payer.charge(cpu, bytes)) {
        return false;
      }
      slab.exts.charged(cache.pointers.indexOf(slab, object), payer);
      return true;
    }

    @Override
    public boolean beforeFree(Cpu cpu, long object) {
      Slab slab = slabOf(object);
      if (slab != null && slab.exts != null) {
        ObjCgroup payer = slab.exts.uncharge(cache.pointers.indexOf(slab, object));
        if (payer != null) {
          payer.uncharge(cpu, bytes);
        }
      }
      return false;
    }

    /** Null for what is no object of a slab of ours: another hook's, or a mistake. */
    private @Nullable Slab slabOf(long object) {
      Slab slab = table.of(object);
      return slab != null && slab.cache == cache && cache.pointers.isObject(slab, object)
          ? slab
          : null;
    }
  }
}
