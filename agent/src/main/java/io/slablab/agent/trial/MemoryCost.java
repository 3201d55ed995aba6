package io.slablab.agent.trial;

import io.slablab.allocator.pool.MemoryUse;

/**
 * What a design costs in memory: the metrics idle-bytes and peak-bytes with what they consist of.
 *
 * <p>Bytes are pages of slabs and per-CPU areas over all possible CPUs, {@link MemoryUse#bytes}.
 * Page tables, indices and what the stack holds before any object exists are the same under every
 * design and are not counted.
 *
 * @param idleBytes what the design keeps when the workload has no live object any more: after the
 *     last interval all lives were ended and queued work ran, but nothing was trimmed or closed
 * @param peakBytes high-water marks of the measured window: the most pages in slabs plus the most
 *     bytes in areas, at least the most that was held at a time
 * @param peak what {@code peakBytes} consists of; each figure is a mark of its own
 * @param end at the end of the last interval, with the live objects of the workload
 * @param idle what {@code idleBytes} consists of
 */
record MemoryCost(long idleBytes, long peakBytes, MemoryUse peak, MemoryUse end, MemoryUse idle) {

  static MemoryCost of(MemoryUse peak, MemoryUse end, MemoryUse idle) {
    return new MemoryCost(idle.bytes(), peak.bytes(), peak, end, idle);
  }
}
