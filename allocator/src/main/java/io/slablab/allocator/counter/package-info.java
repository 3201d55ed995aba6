/**
 * percpu_counter: a sum kept in pieces, one per CPU, folded into a shared count in batches.
 *
 * <p>The struct lies in object memory, so that counters that are neighbours share cache lines as in
 * the kernel:
 *
 * <pre>
 *   0 lock 4 | 4 pad | 8 count 8 | 16 list.next 8 | 24 list.prev 8 | 32 counters 8      = 40 bytes
 * </pre>
 *
 * {@code counters} is a percpu pointer to one 32-bit piece per CPU; 0 means not initialised. All
 * counters of a machine hang in one list under {@code percpu_counters_lock}, whose links are the
 * addresses of the structs.
 *
 * <p>When a CPU is dead, the one that took it down folds its piece of every counter in the list,
 * those of idle objects too; a sum includes it until then. The batch is max(32, 2 x online CPUs).
 *
 * <p>Invariants: INV-CT-1 the sum is exact when nobody adds; INV-CT-2 every piece is below the
 * batch after an add; INV-CT-3 length of the list = initialised counters.
 */
@NullMarked
package io.slablab.allocator.counter;

import org.jspecify.annotations.NullMarked;
