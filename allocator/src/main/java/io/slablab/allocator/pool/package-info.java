/**
 * The designs under test, behind one face.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>stack</b>: one machine with its page allocator, slab allocator, per-CPU allocator and
 *       counters.
 *   <li><b>object type</b>: what a user of the stack needs in each of its objects (mm_struct,
 *       tc_action): how it is constructed, how a life begins and ends.
 *   <li><b>pool</b>: one object type under one design. Every design is one class here.
 *   <li><b>variant</b>: a design by its name in suites.
 * </ul>
 *
 * <h2>Direction</h2>
 *
 * This package knows no user: {@code mm} and {@code tc} extend its {@code ObjectType}.
 *
 * <h2>Threads</h2>
 *
 * A pool is used by all CPUs at once, each with its own token. Statistics are plain per-CPU
 * counters: exact at rest, approximate while CPUs run.
 *
 * <h2>Memory</h2>
 *
 * Idle per-CPU bytes of a pool = (constructed - live) x per-CPU bytes of one object x possible
 * CPUs. The baseline has constructed = live; a design that keeps constructed objects is bounded by
 * what its slab cache keeps.
 *
 * <p>What all objects of a stack take is its {@code MemoryUse}: bytes = pages of slabs + per-CPU
 * areas over all possible CPUs, now or at their high-water marks since a window began. Marks are
 * kept where slabs and areas are made, never on a fast path.
 */
@NullMarked
package io.slablab.allocator.pool;

import org.jspecify.annotations.NullMarked;
