package io.slablab.allocator.page;

/**
 * Sizes of a CPU's lists of one zone, in pages.
 *
 * @param batch moved between zone and CPU at a time, at least
 * @param highMin kept at most when the zone is short
 * @param highMax kept at most under load: an eighth of the zone over its CPUs
 */
record PcpLimits(int batch, int highMin, int highMax) {
  private static final int MAX_BATCH = 64;
  private static final int PART_OF_ZONE = 8;

  /**
   * @param configured batch, or 0 to derive it
   * @param cpus of the zone's node
   */
  static PcpLimits of(int managed, long markLow, int cpus, int configured) {
    int batch = configured != 0 ? configured : batch(managed);
    int share = (int) Math.min(markLow, Integer.MAX_VALUE) / Math.max(1, cpus);
    int highMin = Math.max(share, 4 * batch);
    int highMax = Math.max(managed / PART_OF_ZONE / Math.max(1, cpus), 4 * batch);
    return new PcpLimits(batch, highMin, Math.max(highMin, highMax));
  }

  /** 63 on every zone of 1 GiB and more, 1 below 16 MiB. */
  static int batch(int managed) {
    int batch = Math.min(managed >> 12, MAX_BATCH);
    return batch <= 1 ? 1 : Integer.highestOneBit(batch * 3 / 2) - 1;
  }
}
