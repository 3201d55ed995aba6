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
 * <h2>Locks</h2>
 *
 * {@code pcpu_alloc_mutex} (killable) around a blocking allocation: creating and populating chunks.
 * {@code pcpu_lock} (interrupts off) around all bookkeeping, nested in the mutex on allocation,
 * alone on free. Nothing is allocated under {@code pcpu_lock}, and what a free finds to be due
 * (balancing, uncharging) is done after it is released. Areas are zeroed on every possible CPU
 * after all locks.
 *
 * <h2>Memory</h2>
 *
 * The bytes are one lazily backed {@link io.slablab.allocator.machine.Memory}; each populated page
 * of a unit is paid for by a page of the CPU's node. Heap: about 40 bytes per page of a unit and 2
 * bits per 4 bytes.
 */
@NullMarked
package io.slablab.allocator.percpu;

import org.jspecify.annotations.NullMarked;
