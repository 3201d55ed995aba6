/**
 * Getting memory back: shrinkers, direct reclaim, and kswapd as queued work.
 *
 * <p>A blocking allocation that finds every zone at its mark reclaims itself: priorities 12 down to
 * 0, until 32 pages came together from the pool of reclaimable pages and from slabs that shrinkers
 * emptied. While it does, {@code PF_MEMALLOC} keeps it from reclaiming for what it allocates, and
 * the slab pages it frees or promises are credited to its CPU.
 *
 * <p>Shrinkers know nodes or do not. There is no reclaim of a memory cgroup, so none is asked for
 * one.
 *
 * <p>Locks: {@code shrinker_mutex} for registration alone, {@code lru_lock} for the pool; neither
 * is held while a shrinker runs or pages are freed.
 */
@NullMarked
package io.slablab.allocator.reclaim;

import org.jspecify.annotations.NullMarked;
