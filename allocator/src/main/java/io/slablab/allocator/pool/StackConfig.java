package io.slablab.allocator.pool;

import io.slablab.allocator.debug.DebugConfig;
import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.percpu.PercpuConfig;
import io.slablab.allocator.slub.MemoryMode;

/**
 * How a stack is built.
 *
 * @param memoryMode whether slab metadata is real bytes in the objects (tests) or beside them
 *     (throughput)
 * @param pagesPerNode modelled memory of each node, a positive multiple of 1024 pages of 4 KiB
 * @param faithful whether the known defects of the constructor series are kept
 * @param percpu how the percpu allocator is booted
 * @param areas what stands in front of the percpu allocator
 * @param frontEnd what CPUs allocate objects from
 * @param debug what watches the objects
 * @param boot what the kernel's command line would say
 * @param lockdep how much of the rules of locks is checked; whoever breaks one gets an exception
 */
public record StackConfig(
    MemoryMode memoryMode,
    int pagesPerNode,
    boolean faithful,
    PercpuConfig percpu,
    AreaSource areas,
    FrontEnd frontEnd,
    DebugConfig debug,
    BootOptions boot,
    LockdepLevel lockdep) {
  private static final int BLOCK_PAGES = 1024;
  private static final int LEAST_PAGES = 1 << 18; // 1 GiB
  private static final int PAGES_PER_CPU = 1 << 12; // 16 MiB

  /**
   * Nothing watches the objects or the locks, and nothing is said at boot.
   *
   * @param percpuHintDefect whether the percpu allocator's search keeps the kernel's hint defect
   */
  public StackConfig(
      MemoryMode memoryMode,
      int pagesPerNode,
      boolean faithful,
      boolean percpuHintDefect,
      AreaSource areas,
      FrontEnd frontEnd) {
    this(
        memoryMode,
        pagesPerNode,
        faithful,
        PercpuConfig.defaults().withHintBug(percpuHintDefect),
        areas,
        frontEnd,
        DebugConfig.NONE,
        BootOptions.NONE,
        LockdepLevel.OFF);
  }

  /**
   * What a measured trial uses: metadata beside the objects, known defects only when asked for, and
   * 16 MiB for each CPU but 1 GiB at least. Only pages that are touched cost the host memory.
   */
  public static StackConfig measured(Machine machine, boolean faithful) {
    long pages = Math.max(LEAST_PAGES, (long) PAGES_PER_CPU * machine.possibleCpus());
    long perNode = (pages / machine.nodes() + BLOCK_PAGES - 1) / BLOCK_PAGES * BLOCK_PAGES;
    return new StackConfig(
        MemoryMode.META,
        (int) Math.min(perNode, Integer.MAX_VALUE / 2),
        faithful,
        faithful,
        AreaSource.PERCPU,
        FrontEnd.CPU_SLABS);
  }

  /** What a test uses: metadata in the objects' bytes, no defect. */
  public static StackConfig checked(int pagesPerNode) {
    return new StackConfig(
        MemoryMode.FULL, pagesPerNode, false, false, AreaSource.PERCPU, FrontEnd.CPU_SLABS);
  }

  /** With what a design needs around its pool. */
  public StackConfig forVariant(Variant variant) {
    return new StackConfig(
        memoryMode,
        pagesPerNode,
        faithful,
        percpu,
        variant.areas(),
        variant.frontEnd(),
        debug,
        boot,
        lockdep);
  }

  /** With slab metadata in the objects' bytes, or beside them. */
  public StackConfig withMemoryMode(MemoryMode mode) {
    return new StackConfig(
        mode, pagesPerNode, faithful, percpu, areas, frontEnd, debug, boot, lockdep);
  }

  /** With features that watch the objects. */
  public StackConfig withDebug(DebugConfig wanted) {
    return new StackConfig(
        memoryMode, pagesPerNode, faithful, percpu, areas, frontEnd, wanted, boot, lockdep);
  }

  /** With options as at boot; slub_debug needs metadata in the objects' bytes. */
  public StackConfig withBoot(BootOptions options) {
    return new StackConfig(
        memoryMode, pagesPerNode, faithful, percpu, areas, frontEnd, debug, options, lockdep);
  }

  /** With the known defects of the constructor series, or without. */
  public StackConfig withFaithful(boolean on) {
    return new StackConfig(
        memoryMode, pagesPerNode, on, percpu, areas, frontEnd, debug, boot, lockdep);
  }

  /** With another percpu allocator. */
  public StackConfig withPercpu(PercpuConfig wanted) {
    return new StackConfig(
        memoryMode, pagesPerNode, faithful, wanted, areas, frontEnd, debug, boot, lockdep);
  }

  /** With so much of the rules of locks checked. */
  public StackConfig withLockdep(LockdepLevel level) {
    return new StackConfig(
        memoryMode, pagesPerNode, faithful, percpu, areas, frontEnd, debug, boot, level);
  }
}
