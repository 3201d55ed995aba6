/**
 * Features that watch the objects of a stack, each able to live with constructors and destructors.
 *
 * <p>They stand on the hooks of {@code slub} and on a memory that checks: a stack without them
 * loads none of this and pays nothing. One with them is for tests, not for measurements.
 *
 * <h2>SLUB_DEBUG</h2>
 *
 * The slab allocator's own checks, turned on for all caches; {@code slub} says what they find. They
 * live with constructed objects, whose bytes they do not poison.
 *
 * <h2>KASAN</h2>
 *
 * A shadow byte per 8 bytes says which may be accessed; the users of objects go through a {@link
 * io.slablab.allocator.debug.CheckedMemory}. Freed objects wait in a quarantine.
 *
 * <pre>
 *   conflict with a constructed free object      compatible                    faithful
 *   a neighbour in a list writes to its links    they persist, by declaration  false use-after-free
 *   its destructor reads what it owns            opened around the destructor  false use-after-free
 *   its constructor failed                       closed again                  stays open
 *   free meta may lie in its bytes               behind it                     asks for ctor alone
 * </pre>
 *
 * <h2>KMEMLEAK</h2>
 *
 * Objects and per-CPU areas that no word of a reachable object refers to. The areas of a free
 * constructed object are its own: compatible reads slabs of destructing caches for them, faithful
 * reports each. Neighbours on a list are no references where a cache declares its links; faithful,
 * as the kernel, lets any live neighbour hide a lost object.
 *
 * <h2>DEBUG_OBJECTS</h2>
 *
 * Objects inside objects, percpu_counters here, that are in use; what is freed must hold none.
 * Compatible searches what a constructor owns after its destructor; faithful warns at every free,
 * and ends the counters that the next life needs.
 *
 * <h2>KFENCE</h2>
 *
 * Sampled objects on pages of their own between closed ones, constructed when handed out.
 * Compatible hears a constructor that fails and destructs at the free; faithful does neither, and
 * leaks what each sample's constructor made.
 *
 * <h2>Profile</h2>
 *
 * No check: who asks for per-CPU areas of which size, and how long they live. Faithful puts what a
 * constructor makes down to whoever asked for an object then.
 *
 * <h2>Two modes</h2>
 *
 * Compatible is the default. Faithful shows what each feature does to a constructed object under
 * the series as posted. {@code DebugMatrix} tries each feature under each design, and lockdep,
 * memory cgroups, allocation profiling and fault injection beside them.
 *
 * <h2>Threads</h2>
 *
 * As the parts they watch. Reports may be added by any thread and are read at rest.
 */
@NullMarked
package io.slablab.allocator.debug;

import org.jspecify.annotations.NullMarked;
