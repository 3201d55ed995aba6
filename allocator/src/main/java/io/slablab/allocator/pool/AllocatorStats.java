package io.slablab.allocator.pool;

import io.slablab.allocator.page.PageStats;
import io.slablab.allocator.percpu.PercpuStats;
import io.slablab.allocator.slub.CacheStats;
import java.util.List;

/**
 * Everything a stack counts, at rest.
 *
 * @param pages the page allocator
 * @param caches slab caches, oldest first
 * @param percpu the percpu allocator; its peak is since the stack was built
 * @param registeredCounters percpu_counters on the global list
 * @param chargedBytes what the users' memory group is charged for
 */
public record AllocatorStats(
    PageStats pages,
    List<CacheStats> caches,
    PercpuStats percpu,
    long registeredCounters,
    long chargedBytes) {}
