/**
 * SLUB: caches of equal objects on slabs of pages, with constructors that may fail and destructors.
 *
 * <pre>
 *   alloc: this CPU's freelist -> its slab's remote frees -> its partial slabs
 *          -> the node's partial list -> other nodes' -> a new slab
 *   free:  onto this CPU's freelist when the slab is its own; else one compare-exchange on the slab
 * </pre>
 *
 * <h2>Slab states</h2>
 *
 * <pre>
 *   state         frozen  node list  cpu partial  freelist of the slab word   inuse
 *   cpu slab      1       no         no           remote frees only           objects - remote frees
 *   node partial  0       yes        no           at least one                0 .. objects - 1
 *   cpu partial   0       no         yes          at least one                less than objects
 *   full          0       no         no           none                        objects
 * </pre>
 *
 * <h2>The slab word</h2>
 *
 * {freelist index 16, inuse 16, objects 15, frozen 1, tag 16} in one 64-bit word, changed by
 * compare-exchange alone once the slab is published. The tag counts changes, so that a word that
 * comes back to equal fields is not mistaken for an untouched one (ABA).
 *
 * <h2>Threads and locks</h2>
 *
 * A CPU's freelist belongs to the holder of its token: plain loads and stores, no lock (the
 * kernel's preemption-safe double compare-exchange has the same reach). Locks: {@code slab_mutex}
 * (create, destroy, files) before {@code flush_lock} before a node's {@code list_lock}; around all
 * of them {@code cpu_hotplug_lock}, shared. Constructors and destructors never run under any of
 * SLUB's spin locks (INV-SLUB-8). When a CPU is dead, the one that took it down takes its slab, its
 * partial stack and its sheaves of every cache.
 *
 * <h2>Deferred destruction</h2>
 *
 * A cache with a {@link io.slablab.allocator.slub.DeferredDtor} leaves empty slabs on a lock-free
 * list of their node; a queued worker destructs and frees all that gathered, under the mutex {@code
 * deferred_dtor} alone. So its destructors may sleep and take any lock. Locks: {@code slab_mutex}
 * before {@code deferred_dtor} before whatever a destructor takes. Above the cap the freeing task
 * is the worker; such a free may sleep, unless interrupts are off. {@code destroy} waits for the
 * worker. Slabs that wait are in no count of the cache but {@code deferredStats}.
 *
 * <p>{@code DeferredDtor.BY_TRIM} has no worker: such slabs are out of reach of reclaim, and wait
 * for a thread that trims ({@code Slub.trimDeferred}), a {@code shrink} of the cache, or its end. A
 * free never destructs then, so that whoever frees may hold what destructors take; how much waits
 * is bounded by nothing but the trims.
 *
 * <h2>RCU readers</h2>
 *
 * {@code SlabFlags.TYPESAFE_BY_RCU} is for caches whose objects readers find without a reference:
 * an object may be used again at once, but stays an object of its type while a reader may look. So
 * the free pointer lies outside of it (or where its owner says), nothing is poisoned, the cache is
 * never merged, and an empty slab goes through a grace period before its destructors run and its
 * pages are free (INV-SLUB-11). The order is always readers, then destructors in the callback's
 * softirq or, where they are deferred, in the worker. A slab whose construction failed was never
 * seen and waits for nobody.
 *
 * <p>{@code KmemCache.kfreeRcu} is for objects that readers find by reference: the object itself
 * waits. With sheaves a CPU gathers them in a sheaf, and a full one waits as a whole and goes to
 * the barn; without, in blocks of a page. {@code destroy} waits for all of it: kfree_rcu, then
 * sheaves and slabs in their grace period, then the worker.
 *
 * <h2>Debugging</h2>
 *
 * {@code SlubConfig.withSlubDebug("FZPU,mm_struct")} or flags of {@link
 * io.slablab.allocator.slub.SlabFlags} give a cache consistency checks (F), red zones (Z), poison
 * (P), users (U) and traces (T). Such a cache has no CPU slabs, no partial stacks and no room in
 * sheaves: each allocation and free is one object under {@code list_lock}, and full slabs are on a
 * list too. It is never merged, and needs {@code FULL} mode. What is wrong is a {@link
 * io.slablab.allocator.slub.SlabError} in the {@link io.slablab.allocator.slub.SlabLog}, with a
 * repair, so that it is told once; {@code KmemCache.validate} looks at everything.
 *
 * <pre>
 *                         told by
 *   write beyond object   Z: red zones; P: padding
 *   write after free      P: the object's bytes, unless it has constructor or destructor; Z: around it
 *   free twice, of what is no object, to another cache   F, before anything is changed
 *   broken free pointer   validation; F: at the next allocation or free
 *   leak                  destruction of the cache
 * </pre>
 *
 * A cache with constructor or destructor loses one of these checks: its free objects keep their
 * bytes, and so are not poisoned. A slab that fails a check when an object is handed out leaks with
 * all its objects, undestructed; an object that fails one when it is freed stays in use.
 *
 * <h2>Zeroing</h2>
 *
 * {@code ZERO} zeroes an object that is handed out; {@code SlubConfig.withInit} all of them, or
 * those that come back. Neither touches what a constructor made: {@code ZERO} on such a cache is
 * refused. In faithful mode it is done, told once, and destroys the constructed state, unless
 * init_on_alloc is on, which takes it away. {@code Kmalloc} keeps the requested size of an object
 * with {@code U}: what is behind is red zone then.
 *
 * <h2>User copies</h2>
 *
 * {@code Slub.checkUserCopy} lets bytes of an object's user window pass, and what is on no slab. A
 * cache with a window neither becomes an alias nor takes one in.
 *
 * <h2>Sheaves</h2>
 *
 * Arrays of objects per CPU, exchanged whole with the barn of the node ({@link
 * io.slablab.allocator.slub.SheafMode}). For those who ask they stand in front of CPU slabs. For
 * all, there are no CPU slabs and no frozen ones: a slab is on its node's list or full, a refill
 * takes whole freelists off the list until they would be more than fit, and a free takes list_lock
 * when the slab was full or becomes empty. A slab that was full goes to the tail, the rest of a new
 * one to the head.
 *
 * <h2>The reserve</h2>
 *
 * A slab whose pages came from below all marks is {@code pfmemalloc}: its objects are for who frees
 * memory ({@code Gfp.pfmemallocAllowed}). Slow paths pass over it for all others, from a CPU's own
 * slab to the nodes' lists; what is left on a CPU's freelist goes to whoever asks, as in the
 * kernel. Refills of sheaves forgo the reserve, and frees onto such a slab bypass them. A borrowed
 * sheaf that had to use it is emptied when it comes back.
 *
 * <h2>Warnings</h2>
 *
 * {@link io.slablab.allocator.slub.SlabWarning}s are in the log beside the errors: a name in use or
 * with a space, and allocations for which no slab could be made, unless {@code NOWARN}, ten in five
 * seconds at most.
 *
 * <h2>Charging</h2>
 *
 * Where {@link io.slablab.allocator.slub.SlabCharges} is installed, a cache with {@code
 * SLAB_ACCOUNT} charges each object to the cgroup of the task that takes it: its stride and 8
 * bytes, by an operation on the CPU's stock. The payer is remembered beside the slab, so that any
 * task may free the object. Other caches know nothing of it.
 *
 * <h2>Memory modes</h2>
 *
 * {@code FULL} keeps free pointers encoded in the objects' own bytes, as the kernel does; {@code
 * META} keeps them in a dense array beside the slab and touches no object.
 */
@NullMarked
package io.slablab.allocator.slub;

import org.jspecify.annotations.NullMarked;
