package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.rcu.Rcu;

/**
 * kfree_rcu through sheaves: a CPU gathers objects in a sheaf of their own; when it is full it
 * waits for a grace period as a whole and goes to the barn. So there is one callback per {@code
 * capacity} objects, and they are used again without touching their slabs.
 */
final class RcuSheaves {
  private final Rcu rcu;
  private final KmemCache cache;
  private final CpuSheaves[] cpus;
  private final SheafExchange exchange;

  RcuSheaves(KmemCache cache, CpuSheaves[] cpus, SheafExchange exchange) {
    this.rcu = cache.slub.rcu();
    this.cache = cache;
    this.cpus = cpus;
    this.exchange = exchange;
  }

  /**
   * @return false when the object has to go another way: sheaves without room, a slab of another
   *     node or from the reserve
   */
  boolean free(Cpu cpu, Slab slab, long object) {
    if (exchange.capacity() == 0) {
      cache.count(cpu, Stat.FREE_RCU_SHEAF_FAIL);
      return false;
    }
    if (slab.node != cpu.node() || slab.pfmemalloc) {
      return false;
    }
    CpuSheaves mine = cpus[cpu.id()];
    Sheaf gathering = mine.rcuFree;
    if (gathering == null) {
      gathering = exchange.takeEmpty(cpu, mine);
      mine.rcuFree = gathering;
    }
    gathering.push(object);
    cache.count(cpu, Stat.FREE_RCU_SHEAF);
    if (gathering.isFull()) {
      mine.rcuFree = null;
      send(cpu, gathering);
    }
    return true;
  }

  /** What a CPU has gathered so far goes its way, too little for the barn. */
  void flush(Cpu cpu, CpuSheaves its) {
    Sheaf gathering = its.rcuFree;
    if (gathering != null) {
      its.rcuFree = null;
      send(cpu, gathering);
    }
  }

  private void send(Cpu cpu, Sheaf sheaf) {
    sheaf.node = cpu.node();
    rcu.callRcu(cpu, sheaf.rcuHead(this));
  }

  /** Readers are done: free objects from here on. */
  void gracePeriodOver(Cpu cpu, Sheaf sheaf) {
    if (cache.intervenes()) {
      sheaf.removeIf(object -> isKept(cpu, object));
    }
    NodeBarn barn = exchange.barn(sheaf.node);
    if (sheaf.isFull()) {
      if (barn.putFull(cpu, sheaf)) {
        cache.count(cpu, Stat.BARN_PUT);
        return;
      }
      cache.count(cpu, Stat.BARN_PUT_FAIL);
    }
    exchange.flush(cpu, sheaf);
    barn.putEmpty(cpu, sheaf);
  }

  /** What is to be done on the way back; whether a hook keeps the object. */
  private boolean isKept(Cpu cpu, long object) {
    ObjectHooks hooks = cache.hooks;
    boolean kept = hooks != null && hooks.beforeFree(cpu, object);
    if (!kept) {
      cache.zeroing.freed(object, null);
    }
    return kept;
  }
}
