/**
 * A checker of locks in the manner of the kernel's lockdep: it finds deadlocks that did not happen.
 *
 * <p>{@link io.slablab.allocator.lockdep.Lockdep} stands between the allocators and the machine:
 * they get locks that tell it of every acquisition, and CPUs that tell it of interrupts, of work,
 * and of what may allocate or sleep.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>lock class</b>: all locks of one role. What is learned of one holds for all.
 *   <li><b>dependency</b>: a lock of one class was held while one of another was wanted.
 *   <li><b>pseudo lock</b>: a stretch of code as a lock, so that it takes part in the order: {@code
 *       fs_reclaim}, {@code ctor(cache)}, {@code dtor(cache)}, {@code rcu_read_lock}, {@code
 *       on_each_cpu}. It is touched wherever the code might run, and held while it runs. A
 *       constructor has three, by what its caller may wait for: it does not take the same locks for
 *       all of them.
 *   <li><b>leaf</b>: a lock that is held with interrupts off and under which no lock is taken but
 *       leaves of lower levels.
 *   <li><b>hotplug</b>: {@code cpu_hotplug_lock}, shared or alone, and {@code cpu_add_remove_lock}
 *       are the machine's own, and take part in the order like the allocators' locks.
 *   <li><b>frame</b>: a task, an interrupt or a work item; what it takes is ordered among itself.
 * </ul>
 *
 * <h2>Rules</h2>
 *
 * <pre>
 *   locks  no circle of dependencies, with those that an interrupt would make
 *          no lock twice; nothing released that is not held, or left held; no held lock
 *          initialised or freed
 *          by way of waiting: raw spin before spin before sleep, never the other way round;
 *          no sleep in an interrupt, an RCU reader, or with interrupts off
 *   full   under LEAF(k) only LEAF(j), j &lt; k; a leaf only with interrupts off
 *          a destructor takes leaves only, and neither allocates, frees objects, nor sleeps
 *          a constructor does not allocate from its own cache, nor wait for what its caller's
 *          flags do not allow
 *          who may enter reclaim holds nothing that reclaim may take
 * </pre>
 *
 * A destructor that is left to a worker ({@link io.slablab.allocator.slub.DeferredDtor}) may do
 * what it wants. But whoever frees an object and may sleep can find too many slabs waiting and do
 * the worker's part: it holds nothing that the destructor takes. One that waits for a trim is run
 * by no free and no reclaimer, who may hold what they want.
 *
 * <h2>Reclaim and per-CPU memory</h2>
 *
 * {@code pcpu_alloc_mutex} is held over allocations that may reclaim, as in the kernel. So a
 * reclaimer may give per-CPU memory back but not wait for some: a constructor that gets areas must
 * not be run by a shrinker with {@code GFP_KERNEL}, whatever the task's flags, while its destructor
 * may. The checker says so the first time it is tried.
 *
 * <h2>Leaves</h2>
 *
 * <pre>
 *   percpu_counters_lock   1    fbc-&gt;lock          0
 *   pcpu_lock              0    pcpu_depot_lock    0    group_cache_lock   0
 * </pre>
 *
 * {@code pcpu_lock} is a leaf here to the letter: queueing of balance work and uncharging of memory
 * groups wait until it is released, while the kernel does both under it. {@code pgd_lock} is none,
 * as in the kernel: it is taken with interrupts on. A page table that a constructor made could
 * therefore not be given back by a destructor. {@code list_lock} and {@code zone->lock} are none
 * either, so a destructor can free neither objects nor pages.
 *
 * <h2>Cost</h2>
 *
 * With level {@link io.slablab.allocator.lockdep.LockdepLevel#OFF} no class of the checker is
 * loaded: the locks are the machine's own, and what CPUs would tell are empty methods that the
 * compiler binds and removes. Otherwise each acquisition makes an object and walks the locks held;
 * a circle is looked for only when a dependency or a use is new.
 *
 * <h2>Threads</h2>
 *
 * What a CPU holds is kept by the holder of its token alone. The graph has a lock of its own that
 * is no lock of the machine; acquisitions that teach nothing new do not take it. A lock is checked
 * before its taker waits and counts as held once it is had, since who waits for a mutex may serve
 * other CPUs meanwhile.
 *
 * <h2>Limits</h2>
 *
 * 48 locks at once on a CPU. The order is per class, not per lock, and no two locks of a class may
 * be held at once. Only what ran is checked: the pseudo locks widen that to what might have run.
 */
@NullMarked
package io.slablab.allocator.lockdep;

import org.jspecify.annotations.NullMarked;
