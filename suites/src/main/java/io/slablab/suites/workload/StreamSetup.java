package io.slablab.suites.workload;

import io.slablab.allocator.pool.AllocatorStack;

/** What a stream is built from, whatever its workload. */
record StreamSetup(
    AllocatorStack stack,
    int cpuId,
    long seed,
    double reuse,
    double remoteFree,
    int live,
    BusyRest rest,
    SpscRing inbox,
    SpscRing outbox) {}
