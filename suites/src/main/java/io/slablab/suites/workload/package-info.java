/**
 * The workloads: streams of allocator life cycles, one per worker.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>life cycle</b>: one operation. {@code exec} builds a new mm_struct, updates its resident
 *       set counters and drops the oldest one; {@code tc} creates a filter's actions and releases
 *       those of the oldest filter; {@code percpu} allocates a batch of per-CPU areas and frees as
 *       many, without any object; {@code thread} builds an mm_struct as exec does and creates
 *       threads in it, the last of which ends it.
 *   <li><b>live set</b>: how many objects (mms, filters, batches of areas) a worker keeps, oldest
 *       first out; of areas, any with lifetime {@code random}.
 *   <li><b>reuse</b>: the fraction of operations whose new object ends its life at once, so that
 *       the next operation finds it hot in the slab; the others rotate the live set.
 *   <li><b>remote free</b>: the fraction of ends of life that happen on the next worker's CPU; of
 *       threads the fraction that run and end there. The object travels through a ring with one
 *       producer and one consumer; when the ring is full the life ends locally and is counted.
 *   <li><b>rest</b>: the work around the allocator, spun on the machine's clock.
 * </ul>
 *
 * <h2>Threads and memory</h2>
 *
 * A stream is used by one thread at a time, as its virtual CPU. After its first entry it allocates
 * no Java heap. Its mutable fields lie apart from those of other workers by two cache lines.
 *
 * <h2>Reproducible</h2>
 *
 * The choices of worker w are a function of (seed, w) alone; which addresses come out depends on
 * the interleaving as soon as there are two workers.
 */
@NullMarked
package io.slablab.suites.workload;

import org.jspecify.annotations.NullMarked;
