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
 *   Population       pages of chunks              under the mutex, never under pcpu_lock
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
 * 2 and 4 are what the thresholds are unless set otherwise.
 *
 * <h2>Where pages come from</h2>
 *
 * One of two, chosen when the allocator is built; the locks, the maps and the searches are the
 * same.
 *
 * <pre>
 *                       VmPopulation: percpu-vm      KmPopulation: percpu-km
 *   a chunk is made     without pages                with all pages, one contiguous block
 *   an area needs       its pages on every CPU       nothing
 *   pages lie           on each CPU's node           on the block's node
 *   empty pages         go when there are many       stay
 *   a chunk goes        its pages one by one         its block
 *   atomic areas        from populated pages         from any room
 *   CPUs                any                          of one node, their units at most 4 MiB in all
 *   wasted              nothing                      up to the power of two; a warning names it
 * </pre>
 *
 * <h2>What can be set</h2>
 *
 * At boot, by {@link io.slablab.allocator.percpu.PercpuConfig}; a suite says it beside a variant's
 * design, as {@code percpu: {backing: km}}. By a workload, where it is about use and not about the
 * allocator; {@code percpu} is the workload that does nothing else.
 *
 * <pre>
 *   boot       backing, static_size, reserved_size, dyn_size, atom_size, hint_defect,
 *              empty_pop_pages_low and _high
 *   machine    numa_fake: nodes; mutex: spin, sleep or fair, of every mutex
 *   workload   possible-cpus, sizes, align, lifetime, live, reuse, atomic, account, bulk,
 *              remote-free
 *   placement  cores: how many use it at a time
 *   design     the cache in front: region-cache, scalable-percpu
 * </pre>
 *
 * Fixed are the granule of 4 bytes, the page of 4 KiB, areas of at most 32 KiB, the slots' formula
 * and the limit of warnings: other numbers would be another allocator. What a page of another node
 * or the zeroing of a CPU's copy costs cannot be set: it is what it costs on the host, and threads
 * cannot be charged for more. So a faked node is not a slow one.
 *
 * <h2>Memory</h2>
 *
 * The bytes are one lazily backed {@link io.slablab.allocator.machine.Memory}; each populated page
 * of a unit is paid for by a page of the CPU's node, or each chunk by its block. Heap, by chunk
 * that exists: about 50 bytes per page of a unit, 2 bits per 4 bytes, 8 bytes per page and CPU
 * (with one block: 8 bytes in all), and 4 bytes per 4 bytes of a page with a charge.
 */
@NullMarked
package io.slablab.allocator.percpu;

import org.jspecify.annotations.NullMarked;
