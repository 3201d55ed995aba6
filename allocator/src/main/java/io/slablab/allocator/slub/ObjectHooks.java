package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;

/**
 * What surrounds the objects of one cache: debugging features, sampling, accounting. Each method
 * does nothing until overridden.
 *
 * <p>A cache without hooks pays nothing for them: the fast paths of one with hooks find closed
 * per-CPU structures and turn to the slow entry, which is the only one that asks.
 *
 * <p>Threads: each call by the holder of the CPU passed, with no lock of the cache held. {@link
 * #beforeFree} may run with interrupts off or under the caller's locks.
 */
public abstract class ObjectHooks {
  /** {@link #beforeAlloc}: go on. */
  public static final long PASS = 0;

  /** {@link #beforeAlloc}: the allocation fails. */
  public static final long FAIL = -1;

  /** {@link #admit}: the object goes to the user. */
  static final int ADMITTED = 0;

  /** {@link #admit}: it does not; the caller frees it. */
  static final int REFUSED = 1;

  /** {@link #admit}: it does not, and one of the hooks has it. */
  static final int KEPT = 2;

  /**
   * @param node wanted node, or {@code PageAllocator.NUMA_NO_NODE}
   * @return {@link #PASS}, {@link #FAIL}, or the address of an object that the hook itself provides
   */
  public long beforeAlloc(Cpu cpu, int gfp, int node) {
    return PASS;
  }

  /**
   * An object is about to be handed out, zeroed where asked for; from a slab, or from a hook's
   * {@link #beforeAlloc}.
   *
   * @return false to take it back and fail the allocation; hooks asked before see {@link
   *     #beforeFree}
   */
  public boolean afterAlloc(Cpu cpu, long object, int gfp) {
    return true;
  }

  /** Asks whether an object may go out; on refusal says who has it. */
  int admit(Cpu cpu, long object, int gfp) {
    return afterAlloc(cpu, object, gfp) ? ADMITTED : REFUSED;
  }

  /**
   * An object comes back; its address is not checked yet.
   *
   * @return true to keep it: the slab does not see it, until the hook frees it
   */
  public boolean beforeFree(Cpu cpu, long object) {
    return false;
  }

  /** A slab has its pages and no object is constructed yet. */
  public void slabMade(Cpu cpu, long base, int bytes) {}

  /** A slab's objects are destructed and its pages are about to be freed. */
  public void slabGone(Cpu cpu, long base, int bytes) {}

  /**
   * @param gfp what the allocation's caller allows, and so its constructors
   */
  public void beforeCtor(Cpu cpu, long object, int gfp) {}

  /**
   * @param made false when the constructor failed
   */
  public void afterCtor(Cpu cpu, long object, boolean made) {}

  public void beforeDtor(Cpu cpu, long object) {}

  public void afterDtor(Cpu cpu, long object) {}

  /** The cache is destroyed: what is not back by now is lost to it. */
  public void cacheGone(Cpu cpu) {}

  /** Gives everything kept back to the slabs: the cache is about to be shrunk or destroyed. */
  public void purge(Cpu cpu) {}
}
