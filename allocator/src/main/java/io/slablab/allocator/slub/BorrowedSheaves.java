package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import org.jspecify.annotations.Nullable;

/** Sheaves that a caller fills ahead of a section in which allocation must not fail. */
final class BorrowedSheaves {
  private final KmemCache cache;
  private final CpuSheaves[] cpus;
  private final SheafExchange exchange;
  private final SheafRefill refill;

  BorrowedSheaves(KmemCache cache, CpuSheaves[] cpus, SheafExchange exchange, SheafRefill refill) {
    this.cache = cache;
    this.cpus = cpus;
    this.exchange = exchange;
    this.refill = refill;
  }

  @Nullable Sheaf prefill(Cpu cpu, int gfp, int n) {
    if (n > exchange.capacity()) {
      return oversize(cpu, gfp, n);
    }
    Sheaf sheaf = takeFullest(cpu);
    if (sheaf.size() < n) {
      refill(cpu, sheaf, gfp, n);
    }
    if (sheaf.size() < n) {
      exchange.flush(cpu, sheaf);
      sheaf.pfmemalloc = false; // it is empty
      exchange.barn(cpu.node()).putEmpty(cpu, sheaf);
      return null;
    }
    return sheaf;
  }

  /** The reserve is for who may use it, and only if need be: such a sheaf is not kept later. */
  private void refill(Cpu cpu, Sheaf sheaf, int gfp, int n) {
    refill.refill(cpu, sheaf, gfp | Gfp.NOMEMALLOC);
    if (sheaf.size() < n && Gfp.pfmemallocAllowed(cpu, gfp)) {
      sheaf.pfmemalloc = true;
      refill.refill(cpu, sheaf, gfp);
    }
  }

  /** A sheaf that is nobody else's, not even afterwards. */
  private @Nullable Sheaf oversize(Cpu cpu, int gfp, int n) {
    cache.count(cpu, Stat.SHEAF_PREFILL_OVERSIZE);
    Sheaf sheaf = new Sheaf(n);
    while (!sheaf.isFull()) {
      long object = cache.entry.allocUnhooked(cpu, gfp, PageAllocator.NUMA_NO_NODE);
      if (object == 0) {
        drop(cpu, sheaf);
        return null;
      }
      sheaf.push(object);
    }
    return sheaf;
  }

  private Sheaf takeFullest(Cpu cpu) {
    CpuSheaves mine = cpus[cpu.id()];
    Sheaf spare = mine.spare;
    if (spare != null && !spare.isEmpty()) {
      cache.count(cpu, Stat.SHEAF_PREFILL_FAST);
      mine.spare = null;
      return spare;
    }
    cache.count(cpu, Stat.SHEAF_PREFILL_SLOW);
    Sheaf full = exchange.barn(cpu.node()).takeFull(cpu);
    cache.count(cpu, full == null ? Stat.BARN_GET_FAIL : Stat.BARN_GET);
    return full != null ? full : exchange.takeEmpty(cpu, mine);
  }

  long alloc(Cpu cpu, int gfp, Sheaf sheaf) {
    cache.entry.checkZero(cpu, gfp);
    if (sheaf.isEmpty()) {
      return 0;
    }
    long object = sheaf.pop();
    cache.zeroing.handedOut(object, gfp);
    ObjectHooks hooks = cache.hooks;
    if (hooks != null && !hooks.afterAlloc(cpu, object, gfp | Gfp.NOFAIL)) {
      throw new IllegalStateException(
          "a hook failed an allocation that cannot fail: cache=" + cache.name());
    }
    return object;
  }

  /** To the CPU, else full to the barn, else its objects to their slabs. */
  void giveBack(Cpu cpu, int gfp, Sheaf sheaf) {
    if (sheaf.capacity() != exchange.capacity() || sheaf.pfmemalloc) {
      drop(cpu, sheaf);
      return;
    }
    CpuSheaves mine = cpus[cpu.id()];
    if (mine.spare == null) {
      cache.count(cpu, Stat.SHEAF_RETURN_FAST);
      mine.spare = sheaf;
      return;
    }
    cache.count(cpu, Stat.SHEAF_RETURN_SLOW);
    NodeBarn barn = exchange.barn(cpu.node());
    if (barn.hasRoomForFull() && !sheaf.isFull()) {
      refill.refill(cpu, sheaf, gfp | Gfp.NOMEMALLOC);
    }
    if (sheaf.isFull() && barn.putFull(cpu, sheaf)) {
      cache.count(cpu, Stat.BARN_PUT);
    } else {
      exchange.flush(cpu, sheaf);
      barn.putEmpty(cpu, sheaf);
    }
  }

  private void drop(Cpu cpu, Sheaf sheaf) {
    while (!sheaf.isEmpty()) {
      cache.freeUnhooked(cpu, sheaf.pop());
    }
  }
}
