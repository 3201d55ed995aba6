/**
 * The percpu allocator: an allocation is a range of offsets that exists once for every possible
 * CPU.
 *
 * <pre>
 *   chunk     = one unit per possible CPU; the same offsets hold in every unit
 *   pointer   = chunk base + offset              not an address by itself
 *   address   = pointer + unitOffset[cpu]        in {@code Percpu.memory()}
 *
 *   chunk k:  [unit cpu 0 | unit cpu 1 | ... ]   each unitBytes long
 * </pre>
 *
 * <h2>Finding room</h2>
 *
 * One bit stands for 4 bytes. Each page has hints (largest free run, runs at its edges, first free
 * bit), the chunk has the same over all pages; {@link io.slablab.allocator.percpu.AreaMap} keeps
 * them by the kernel's rules, including, by a switch, their known defect. Chunks hang in slots by
 * their largest run, fullest first.
 *
 * <pre>
 *   slots 0 .. sidelined-1   by largest run
 *   sidelined                isolated, without empty pages: looked at before a new chunk is made
 *   free                     wholly free
 *   to_depopulate            isolated, waits for its empty pages to be taken; not looked at
 * </pre>
 *
 * <h2>Who does what</h2>
 *
 * <pre>
 *   AreaAllocation   search, create, populate     the locks of an allocation, one area or many
 *   AreaRelease      free                         pcpu_lock alone
 *   BalanceWork      queued work                  spare chunks, empty pages, depopulation
 *   ChunkBooks       all that pcpu_lock guards    lists, counts, maps; allocates nothing
 *   ChunkTable       pointer to chunk             changed under the mutex, read without a lock
 *   Population       pages of units               under the mutex, never under pcpu_lock
 *   Charges          memory cgroups               an entry belongs to whoever has the area
 *   PercpuStatsText  the kernel's file            PercpuVerifier checks, FailureReport counts
 * </pre>
 *
 * <h2>Locks</h2>
 *
 * {@code pcpu_alloc_mutex} (killable) around a blocking allocation: creating and populating chunks.
 * {@code pcpu_lock} (interrupts off) around all bookkeeping, nested in the mutex on allocation,
 * alone on free. Nothing is allocated under {@code pcpu_lock}, and what turns out to be due
 * (balancing, uncharging) is done after it is released; the kernel queues and uncharges under it.
 * Areas are zeroed on every possible CPU after all locks.
 *
 * <h2>Empty pages</h2>
 *
 * Pages that are populated and hold no area serve atomic allocations. Fewer than 2 in all:
 * balancing fills up to 4, or 4 more after an atomic allocation failed. A free that leaves a chunk
 * with a quarter of its pages empty, and more than 4 empty ones in the other chunks, isolates the
 * chunk: its pages no longer count, and balancing gives them back. An area taken from it ends that.
 *
 * <h2>Memory</h2>
 *
 * The bytes are one lazily backed {@link io.slablab.allocator.machine.Memory}; each populated page
 * of a unit is paid for by a page of the CPU's node. Heap, by chunk that exists: about 50 bytes per
 * page of a unit, 2 bits per 4 bytes, 8 bytes per page and CPU, and 4 bytes per 4 bytes of a page
 * with a charge.
 */
@NullMarked
package io.slablab.allocator.percpu;

import org.jspecify.annotations.NullMarked;
