package io.slablab.agent.trial;

import io.slablab.allocator.debug.DebugConfig;
import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.debug.KfenceSampling;
import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.percpu.PercpuConfig;
import io.slablab.allocator.percpu.PercpuConfig.Backing;
import io.slablab.allocator.pool.BootOptions;
import io.slablab.allocator.pool.StackConfig;
import io.slablab.allocator.slub.MemoryMode;
import io.slablab.suites.spec.KernelOptions;
import io.slablab.suites.spec.PercpuOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A variant's options in the words of the allocator. */
final class StackOptions {
  private StackOptions() {}

  /**
   * What looks at the bytes of objects finds the slabs' metadata there as well, as in the kernel;
   * without such options it stays beside them, as in every other trial.
   *
   * @throws IllegalArgumentException when an option is no word of the allocator's
   */
  static StackConfig applied(KernelOptions options, StackConfig measured) {
    BootOptions boot =
        new BootOptions(options.slubDebug(), options.initOnAlloc(), options.initOnFree());
    Set<DebugFeature> features = EnumSet.noneOf(DebugFeature.class);
    checks(options).forEach(word -> features.add(constant(DebugFeature.class, word)));
    boolean looks = watchesSlabs(options) || !features.isEmpty();
    return measured
        .withMemoryMode(looks ? MemoryMode.FULL : measured.memoryMode())
        .withBoot(boot)
        .withPercpu(percpu(options.percpu(), measured.percpu()))
        .withDebug(
            new DebugConfig(features, measured.faithful(), KfenceSampling.DEFAULT)
                .withProfile(options.debug().contains(KernelOptions.ALLOC_PROFILING)))
        .withLockdep(constant(LockdepLevel.class, options.lockdep()));
  }

  private static PercpuConfig percpu(PercpuOptions options, PercpuConfig usual) {
    Backing backing =
        options
            .get(PercpuOptions.BACKING)
            .map(word -> constant(Backing.class, word))
            .orElse(usual.backing());
    boolean hintBug =
        options.get(PercpuOptions.HINT_DEFECT).map(Boolean::valueOf).orElse(usual.hintBug());
    return usual
        .withStatic(options.integer(PercpuOptions.STATIC_SIZE, usual.staticBytes()))
        .withReserved(options.integer(PercpuOptions.RESERVED_SIZE, usual.reservedBytes()))
        .withDynamic(options.integer(PercpuOptions.DYN_SIZE, usual.dynamicBytes()))
        .withAtom(options.integer(PercpuOptions.ATOM_SIZE, usual.atomBytes()))
        .withEmptyPages(
            options.integer(PercpuOptions.EMPTY_POP_PAGES_LOW, usual.emptyPagesLow()),
            options.integer(PercpuOptions.EMPTY_POP_PAGES_HIGH, usual.emptyPagesHigh()))
        .withBacking(backing)
        .withHintBug(hintBug);
  }

  /** All that finds something: a profile does not. */
  static List<String> checks(KernelOptions options) {
    return options.debug().stream()
        .filter(word -> !word.equals(KernelOptions.ALLOC_PROFILING))
        .toList();
  }

  static boolean watchesSlabs(KernelOptions options) {
    return !options.slubDebug().equals(BootOptions.NONE.slubDebug());
  }

  static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
  }
}
