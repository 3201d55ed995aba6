package io.slablab.allocator.slub;

import java.util.function.Consumer;

/**
 * Boot options.
 *
 * @param mode where free pointers live
 * @param minOrder least page order of a slab
 * @param maxOrder greatest page order that waste is traded for
 * @param minObjects objects a slab should hold at least; 0 derives it from the CPUs
 * @param cpuPartial whether CPUs keep lists of partial slabs
 * @param randomFreelist whether a new slab's objects are handed out in shuffled order
 * @param hardenedFreelist whether free pointers in objects' bytes are mixed with a secret
 * @param merging whether similar caches become one
 * @param remoteNodeDefragRatio 0..1000: how often another node's partial slabs are tried
 * @param faithful whether the ctor series' known defects are reproduced: no retry at the minimum
 *     order when a constructor fails, the constructor may sleep whatever the caller asked
 * @param sheaves who has sheaves; with {@link SheafMode#ALL} no CPU keeps slabs
 * @param debug flags that caches get by their names
 * @param initOnAlloc whether objects are zeroed when they are handed out
 * @param initOnFree whether objects are zeroed when they come back
 */
public record SlubConfig(
    MemoryMode mode,
    int minOrder,
    int maxOrder,
    int minObjects,
    boolean cpuPartial,
    boolean randomFreelist,
    boolean hardenedFreelist,
    boolean merging,
    int remoteNodeDefragRatio,
    boolean faithful,
    SheafMode sheaves,
    DebugOptions debug,
    boolean initOnAlloc,
    boolean initOnFree) {

  public SlubConfig {
    cpuPartial &= sheaves == SheafMode.OPT_IN;
  }

  public static SlubConfig defaults(MemoryMode mode) {
    return new SlubConfig(
        mode,
        0,
        3,
        0,
        true,
        true,
        true,
        true,
        1000,
        false,
        SheafMode.OPT_IN,
        DebugOptions.NONE,
        false,
        false);
  }

  public SlubConfig withFaithful(boolean on) {
    return with(draft -> draft.faithful = on);
  }

  public SlubConfig withRandomFreelist(boolean on) {
    return with(draft -> draft.randomFreelist = on);
  }

  public SlubConfig withHardenedFreelist(boolean on) {
    return with(draft -> draft.hardenedFreelist = on);
  }

  public SlubConfig withCpuPartial(boolean on) {
    return with(draft -> draft.cpuPartial = on);
  }

  /**
   * @param options as the kernel's boot option, such as {@code "FZ,mm_struct;P,tc_*"}
   */
  public SlubConfig withSlubDebug(String options) {
    return with(draft -> draft.debug = DebugOptions.parse(options));
  }

  /** Neither concerns caches with constructor or destructor, nor poisoned ones. */
  public SlubConfig withInit(boolean onAlloc, boolean onFree) {
    return with(draft -> {
      draft.initOnAlloc = onAlloc;
      draft.initOnFree = onFree;
    });
  }

  public SlubConfig withSheaves(SheafMode who) {
    return with(draft -> draft.sheaves = who);
  }

  private SlubConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** The same options, to be changed. */
  private static final class Draft {
    private final MemoryMode mode;
    private final int minOrder;
    private final int maxOrder;
    private final int minObjects;
    private boolean cpuPartial;
    private boolean randomFreelist;
    private boolean hardenedFreelist;
    private final boolean merging;
    private final int remoteNodeDefragRatio;
    private boolean faithful;
    private SheafMode sheaves;
    private DebugOptions debug;
    private boolean initOnAlloc;
    private boolean initOnFree;

    Draft(SlubConfig of) {
      this.mode = of.mode;
      this.minOrder = of.minOrder;
      this.maxOrder = of.maxOrder;
      this.minObjects = of.minObjects;
      this.cpuPartial = of.cpuPartial;
      this.randomFreelist = of.randomFreelist;
      this.hardenedFreelist = of.hardenedFreelist;
      this.merging = of.merging;
      this.remoteNodeDefragRatio = of.remoteNodeDefragRatio;
      this.faithful = of.faithful;
      this.sheaves = of.sheaves;
      this.debug = of.debug;
      this.initOnAlloc = of.initOnAlloc;
      this.initOnFree = of.initOnFree;
    }

    SlubConfig config() {
      return new SlubConfig(
          mode,
          minOrder,
          maxOrder,
          minObjects,
          cpuPartial,
          randomFreelist,
          hardenedFreelist,
          merging,
          remoteNodeDefragRatio,
          faithful,
          sheaves,
          debug,
          initOnAlloc,
          initOnFree);
    }
  }
}
