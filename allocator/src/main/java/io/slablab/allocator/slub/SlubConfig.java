package io.slablab.allocator.slub;

/**
 * Boot options.
 *
 * @param mode where free pointers live
 * @param minOrder least page order of a slab
 * @param maxOrder greatest page order that waste is traded for
 * @param minObjects objects a slab should hold at least; 0 derives it from the CPUs
 * @param cpuPartial whether CPUs keep lists of partial slabs
 * @param randomFreelist whether a new slab's objects are handed out in shuffled order
 * @param merging whether similar caches become one
 * @param remoteNodeDefragRatio 0..1000: how often another node's partial slabs are tried
 * @param faithful whether the ctor series' known defects are reproduced: no retry at the minimum
 *     order when a constructor fails, the constructor may sleep whatever the caller asked
 */
public record SlubConfig(
    MemoryMode mode,
    int minOrder,
    int maxOrder,
    int minObjects,
    boolean cpuPartial,
    boolean randomFreelist,
    boolean merging,
    int remoteNodeDefragRatio,
    boolean faithful) {

  public static SlubConfig defaults(MemoryMode mode) {
    return new SlubConfig(mode, 0, 3, 0, true, true, true, 1000, false);
  }

  public SlubConfig withFaithful(boolean on) {
    return new SlubConfig(
        mode,
        minOrder,
        maxOrder,
        minObjects,
        cpuPartial,
        randomFreelist,
        merging,
        remoteNodeDefragRatio,
        on);
  }

  public SlubConfig withRandomFreelist(boolean on) {
    return new SlubConfig(
        mode,
        minOrder,
        maxOrder,
        minObjects,
        cpuPartial,
        on,
        merging,
        remoteNodeDefragRatio,
        faithful);
  }

  public SlubConfig withCpuPartial(boolean on) {
    return new SlubConfig(
        mode,
        minOrder,
        maxOrder,
        minObjects,
        on,
        randomFreelist,
        merging,
        remoteNodeDefragRatio,
        faithful);
  }
}
