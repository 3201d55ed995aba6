package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.slub.Slub;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The features that watch the objects of one stack, and what they found. */
public final class DebugFeatures {
  private final Reports reports = new Reports();
  private final Memory memory;
  private final @Nullable Kasan kasan;

  private DebugFeatures(Machine machine, Slub slub, DebugConfig config) {
    List<AccessCheck> checks = new ArrayList<>();
    this.kasan =
        config.has(DebugFeature.KASAN)
            ? new Kasan(machine, slub, reports, config.faithful())
            : null;
    if (kasan != null) {
      slub.install(kasan);
      checks.add(kasan);
    }
    this.memory =
        checks.isEmpty()
            ? slub.memory()
            : CheckedMemory.over(slub.memory(), checks.toArray(AccessCheck[]::new));
  }

  /**
   * Installs what is configured.
   *
   * @param slub of a machine that nobody uses, without caches
   */
  public static DebugFeatures install(Machine machine, Slub slub, DebugConfig config) {
    return new DebugFeatures(machine, slub, config);
  }

  /** The bytes of objects as their users shall see them. */
  public Memory memory() {
    return memory;
  }

  public Reports reports() {
    return reports;
  }

  public Optional<Kasan> kasan() {
    return Optional.ofNullable(kasan);
  }
}
