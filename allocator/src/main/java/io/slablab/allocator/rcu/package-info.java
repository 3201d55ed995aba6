/**
 * RCU as the allocators need it: readers, grace periods, callbacks, kfree_rcu.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>section</b>: from {@code readLock} to the matching {@code readUnlock} of one CPU; a
 *       plain counter of that CPU.
 *   <li><b>quiet</b>: a CPU outside of sections, at a poll or held by nobody.
 *   <li><b>grace period</b>: ends when every CPU has been quiet since its start, so that every
 *       section open at its start has ended.
 *   <li><b>callback</b>: what {@code callRcu} runs after a grace period, on the CPU that queued it,
 *       at a poll, in a softirq.
 * </ul>
 *
 * <h2>Who does the work</h2>
 *
 * There is no thread. A CPU with callbacks has a work item queued: at a poll it asks for a grace
 * period, says that it is quiet, asks the others when a tick has passed, and runs what is ready. To
 * ask a CPU is to enter it when nobody holds it, else to leave it a note, which its poll finds
 * among the requests it looks for anyway. So CPUs that use no RCU pay nothing for it. Who waits
 * ({@code synchronize}, {@code barrier}) does the same in a loop, for idle CPUs too.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>INV-RCU-1: no callback runs before all sections open when it was queued have ended.
 *   <li>INV-RCU-2: callbacks of one CPU run in the order they were queued; those of a dead CPU
 *       among themselves.
 *   <li>INV-RCU-3: a barrier returns after all callbacks queued before it have run.
 * </ul>
 *
 * <h2>Locks</h2>
 *
 * {@code rcu_node_0} (state of the grace period) and {@code krc->lock} (objects of one CPU that
 * wait in kfree_rcu), both raw with interrupts off, neither inside the other, nothing inside
 * either.
 *
 * <h2>Hotplug</h2>
 *
 * A CPU that went is quiet for good; its callbacks move behind those of the CPU that took it down.
 * One that comes is part of the next grace period.
 */
@NullMarked
package io.slablab.allocator.rcu;

import org.jspecify.annotations.NullMarked;
