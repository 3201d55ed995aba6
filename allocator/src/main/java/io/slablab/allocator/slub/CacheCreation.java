package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes caches: what is asked for is checked, joined with boot options, looked for among the caches
 * there are, and built. Called under slab_mutex, but for the checks.
 */
final class CacheCreation {
  private static final LockClass LIST_LOCK =
      new LockClass("list_lock", LockClass.Kind.SPIN_IRQSAVE);

  private final Slub slub;
  private final Machine machine;
  private final SlubConfig config;

  CacheCreation(Slub slub) {
    this.slub = slub;
    this.machine = slub.machine();
    this.config = slub.config();
  }

  /**
   * As asked for, with the boot options' flags.
   *
   * @throws IllegalArgumentException for flags that are none, or that the memory mode cannot have
   */
  KmemCacheArgs checked(String name, int objectSize, KmemCacheArgs given) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a cache needs a name");
    }
    int unknown = given.flags() & ~SlabFlags.ALL;
    if (unknown != 0) {
      throw new IllegalArgumentException(
          "no such flags: cache=" + name + " flags=0x" + Integer.toHexString(unknown));
    }
    return withBootFlags(name, given.forObjectSize(objectSize));
  }

  private KmemCacheArgs withBootFlags(String name, KmemCacheArgs given) {
    boolean fixed = (given.flags() & SlabFlags.NO_USER_FLAGS) != 0;
    KmemCacheArgs args = fixed ? given : given.withFlags(config.debug().flagsFor(name));
    boolean debugs = (args.flags() & SlabFlags.DEBUG_FLAGS) != 0;
    if (debugs && config.mode() == MemoryMode.META) {
      throw new IllegalArgumentException(
          "slub_debug writes into objects' slabs, which mode META leaves alone: cache="
              + name
              + " flags="
              + DebugOptions.letters(args.flags()));
    }
    return args;
  }

  /** Names that will be hard to tell apart are told of, and taken. */
  void warnOfName(Cpu cpu, String name, List<KmemCache> caches) {
    if (name.indexOf(' ') >= 0) {
      slub.log().warn(cpu, new SlabWarning.NameWithSpace(name));
    }
    for (KmemCache cache : caches) {
      if (cache.name().equals(name)) {
        slub.log().warn(cpu, new SlabWarning.NameInUse(name));
        return;
      }
    }
  }

  CacheGeometry geometry(int objectSize, KmemCacheArgs args) {
    return CacheGeometry.of(objectSize, args, config, machine.possibleCpus());
  }

  /** Oldest first: a cache that is close enough in size and alike in what its pages are. */
  @Nullable KmemCache alias(List<KmemCache> caches, CacheGeometry wanted, KmemCacheArgs args) {
    if (!config.merging() || !mergeable(args)) {
      return null;
    }
    for (KmemCache candidate : caches) {
      int size = candidate.geometry.size();
      boolean fits =
          size >= wanted.size() && size % wanted.align() == 0 && size - wanted.size() < 8;
      boolean alike =
          (candidate.args.flags() & SlabFlags.MERGE_SAME) == (args.flags() & SlabFlags.MERGE_SAME);
      boolean open = !candidate.sheavesAskedFor;
      if (fits && alike && open && mergeable(candidate.args)) {
        return candidate;
      }
    }
    return null;
  }

  static boolean mergeable(KmemCacheArgs args) {
    return !args.hasLifeCycle()
        && args.usersize() == 0
        && (args.flags() & SlabFlags.NEVER_MERGE) == 0;
  }

  KmemCache build(Cpu cpu, String name, CacheGeometry geometry, KmemCacheArgs args) {
    KmemCacheCpu[] cpus = new KmemCacheCpu[machine.possibleCpus()];
    for (int id = 0; id < cpus.length; id++) {
      cpus[id] = new KmemCacheCpu(id, cpus.length);
    }
    KmemCacheNode[] nodes = new KmemCacheNode[machine.nodes()];
    for (int node = 0; node < nodes.length; node++) {
      nodes[node] =
          new KmemCacheNode(
              machine.spinLock(LIST_LOCK),
              machine.line("kmem_cache_node"),
              machine.word(machine.line("nr_slabs"), 0),
              machine.word(machine.line("total_objects"), 0));
    }
    boolean shuffle = config.randomFreelist() && geometry.objects() >= 2;
    KmemCache cache =
        new KmemCache(
            slub,
            name,
            geometry,
            args,
            cpus,
            nodes,
            shuffle ? permutation(cpu, geometry.objects()) : null,
            cpu.nextRandom());
    if (config.sheaves() == SheafMode.ALL) {
      cache.useSheavesAlways();
    }
    return cache;
  }

  /** Fisher-Yates. */
  private static int[] permutation(Cpu cpu, int n) {
    int[] sequence = new int[n];
    for (int i = 0; i < n; i++) {
      sequence[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = (int) Long.remainderUnsigned(cpu.nextRandom(), i + 1L);
      int swapped = sequence[i];
      sequence[i] = sequence[j];
      sequence[j] = swapped;
    }
    return sequence;
  }
}
