package io.slablab.allocator.slub;

import java.util.EnumMap;
import java.util.Map;

/**
 * A cache at rest.
 *
 * @param slabs all slabs
 * @param totalObjects objects on them
 * @param objectsInUse objects in users' hands
 * @param cpuSlabs slabs that CPUs allocate from
 * @param cpuPartialSlabs slabs on CPUs' partial stacks
 * @param nodePartialSlabs slabs on nodes' partial lists
 * @param pages in slabs
 * @param events counters since creation
 */
public record CacheStats(
    String name,
    CacheGeometry geometry,
    long slabs,
    long totalObjects,
    long objectsInUse,
    long cpuSlabs,
    long cpuPartialSlabs,
    long nodePartialSlabs,
    long pages,
    Map<Stat, Long> events) {

  static CacheStats of(KmemCache cache) {
    SlabCensus census = SlabCensus.of(cache);
    Map<Stat, Long> events = new EnumMap<>(Stat.class);
    for (Stat stat : Stat.values()) {
      long sum = 0;
      for (KmemCacheCpu c : cache.cpus) {
        sum += c.value(stat);
      }
      events.put(stat, sum);
    }
    return new CacheStats(
        cache.name(),
        cache.geometry,
        census.slabs(),
        census.objects(),
        census.objects() - census.freeObjects(),
        census.cpuSlabs(),
        census.cpuPartialSlabs(),
        census.nodePartialSlabs(),
        census.pages(),
        events);
  }

  public long event(Stat stat) {
    return events.getOrDefault(stat, 0L);
  }

  /** Constructed and not in use. */
  public long idleObjects() {
    return totalObjects - objectsInUse;
  }
}
