package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;

/**
 * Objects that are ready for use: the one face of every design.
 *
 * <p>An object is an offset in the object memory of its stack. Between {@link #get} and {@link
 * #put} it belongs to the caller; it may be put on another CPU than it was got on. Callers hold the
 * token of the CPU they pass, and no lock.
 */
public abstract class ObjectPool {

  /**
   * An initialised object.
   *
   * @param gfp what the allocation may do, constants of {@code Gfp}
   * @return its offset, or 0 when memory ran out; then nothing is left behind
   */
  public abstract long get(Cpu cpu, int gfp);

  /** Ends the life of an object that {@link #get} returned. */
  public abstract void put(Cpu cpu, long object);

  /** Gives back all memory that no live object pins. */
  public abstract void trim(Cpu cpu);

  /** Ends the pool. All objects must have been put. */
  public abstract void close(Cpu cpu);

  /** What the pool did and holds; exact only while no CPU uses it. */
  public abstract PoolStats stats();
}
