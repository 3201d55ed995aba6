package io.slablab.allocator.pool;

/**
 * What a pool did and holds.
 *
 * @param gets objects handed out
 * @param failedGets calls that returned no object
 * @param puts objects given back
 * @param live handed out and not given back
 * @param constructed objects that hold their per-CPU memory, live or idle
 * @param idle {@code constructed - live}: what the design keeps for later
 * @param idlePercpuBytes per-CPU memory of the idle objects, over all possible CPUs
 */
public record PoolStats(
    long gets,
    long failedGets,
    long puts,
    long live,
    long constructed,
    long idle,
    long idlePercpuBytes) {}
