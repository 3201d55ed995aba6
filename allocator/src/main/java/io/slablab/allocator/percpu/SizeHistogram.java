package io.slablab.allocator.percpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Areas by size, in buckets that are powers of two from 4 bytes to 32 KiB; under {@code pcpu_lock}.
 */
final class SizeHistogram {
  private static final int SMALLEST_SHIFT = 2;
  private static final int BUCKETS = 14;

  private final long[] count = new long[BUCKETS];
  private final long[] live = new long[BUCKETS];

  private static int bucket(int bytes) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1) - SMALLEST_SHIFT;
  }

  void allocated(int bytes) {
    int bucket = bucket(bytes);
    count[bucket]++;
    live[bucket]++;
  }

  void freed(int bytes) {
    live[bucket(bytes)]--;
  }

  List<PercpuStats.SizeBucket> buckets() {
    List<PercpuStats.SizeBucket> buckets = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      buckets.add(new PercpuStats.SizeBucket(1 << SMALLEST_SHIFT + i, count[i], live[i]));
    }
    return List.copyOf(buckets);
  }
}
