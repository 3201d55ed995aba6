/**
 * Getting memory back: shrinkers, direct reclaim, and kswapd as queued work.
 *
 * <p>A blocking allocation that finds every zone at its mark reclaims itself: priorities 12 down to
 * 0, until 32 pages came together from the pool of reclaimable pages and from slabs that shrinkers
 * emptied. While it does, {@code PF_MEMALLOC} keeps it from reclaiming for what it allocates, and
 * the slab pages it frees or promises are credited to its CPU.
 *
 * <p>Shrinkers know nodes or do not, and memory cgroups or do not:
 *
 * <pre>
 *   left undone    per node, or once; of one that knows cgroups also per cgroup
 *   node is short  every shrinker; one that knows cgroups for objects of none, and for each marked
 *   cgroup short   only those that know cgroups and in which it is marked on that node
 * </pre>
 *
 * A cgroup is marked when a shrinker gets its first object, and unmarked when it is found empty. A
 * charge over a limit fails and reclaims nothing: who asks for a cgroup calls {@code shrinkMemcg}.
 *
 * <p>Locks: {@code shrinker_mutex} for registration alone, {@code lru_lock} for the pool; neither
 * is held while a shrinker runs or pages are freed.
 */
@NullMarked
package io.slablab.allocator.reclaim;

import org.jspecify.annotations.NullMarked;
