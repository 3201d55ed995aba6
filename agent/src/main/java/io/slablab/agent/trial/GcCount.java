package io.slablab.agent.trial;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** Garbage collections of this JVM so far. */
record GcCount(long count, long ns) {

  static GcCount now() {
    long count = 0;
    long millis = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      count += Math.max(0, collector.getCollectionCount());
      millis += Math.max(0, collector.getCollectionTime());
    }
    return new GcCount(count, millis * 1_000_000);
  }

  GcCount minus(GcCount earlier) {
    return new GcCount(count - earlier.count, ns - earlier.ns);
  }
}
