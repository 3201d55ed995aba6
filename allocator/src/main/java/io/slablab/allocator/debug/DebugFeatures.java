package io.slablab.allocator.debug;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuAreas;
import io.slablab.allocator.slub.HookSource;
import io.slablab.allocator.slub.Slub;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The features that watch the objects of one stack, and what they found. */
public final class DebugFeatures {
  private final Machine machine;
  private final Slub slub;
  private final Reports reports = new Reports();
  private final Memory memory;

  // In the order of their hooks: on the way back the last is asked first, and the first may keep.
  private final @Nullable Kasan kasan;
  private final @Nullable Kfence kfence;
  private final @Nullable Kmemleak kmemleak;
  private final @Nullable DebugObjects debugObjects;
  private final @Nullable AllocProfile profile;

  private DebugFeatures(Machine machine, PageAllocator pages, Slub slub, DebugConfig config) {
    this.machine = machine;
    this.slub = slub;
    boolean faithful = config.faithful();
    this.kasan =
        config.has(DebugFeature.KASAN) ? new Kasan(machine, slub, reports, faithful) : null;
    this.kfence =
        config.has(DebugFeature.KFENCE)
            ? new Kfence(machine, pages, slub.rcu(), reports, config.sampling(), faithful)
            : null;
    this.kmemleak =
        config.has(DebugFeature.KMEMLEAK) ? new Kmemleak(machine, slub, reports, faithful) : null;
    this.debugObjects =
        config.has(DebugFeature.DEBUG_OBJECTS)
            ? new DebugObjects(machine, reports, faithful)
            : null;
    this.profile = config.profile() ? new AllocProfile(machine, faithful) : null;
    install(slub, config.has(DebugFeature.SLUB_DEBUG) ? new SlubDebug() : null);
    install(slub, kasan);
    install(slub, kfence);
    install(slub, kmemleak);
    install(slub, debugObjects);
    List<AccessCheck> checks = new ArrayList<>();
    if (kasan != null) {
      checks.add(kasan);
    }
    if (kfence != null) {
      checks.add(kfence);
    }
    this.memory =
        checks.isEmpty()
            ? slub.memory()
            : CheckedMemory.over(slub.memory(), checks.toArray(AccessCheck[]::new));
  }

  private static void install(Slub slub, @Nullable HookSource source) {
    if (source != null) {
      slub.install(source);
    }
  }

  /**
   * Installs what is configured.
   *
   * @param machine that nobody uses yet
   * @param slub without caches
   */
  public static DebugFeatures install(
      Machine machine, PageAllocator pages, Slub slub, DebugConfig config) {
    return new DebugFeatures(machine, pages, slub, config);
  }

  /** The bytes of objects as their users shall see them. */
  public Memory memory() {
    return memory;
  }

  /** Where the stack's users shall get areas from, when they would get them from there. */
  public PercpuAreas areas(PercpuAreas source) {
    PercpuAreas tracked = kmemleak == null ? source : TrackedAreas.over(source, kmemleak);
    return profile == null ? tracked : ProfiledAreas.over(tracked, profile);
  }

  /** The stack's counters. */
  public PercpuCounters counters(Percpu percpu, PercpuAreas areas) {
    return debugObjects == null
        ? new PercpuCounters(machine, memory, percpu, areas)
        : TrackedCounters.create(machine, memory, percpu, areas, debugObjects);
  }

  /** What was found; of the slab allocator's own checks up to the last {@link #takeSlabErrors}. */
  public Reports reports() {
    return reports;
  }

  /** Moves what the slab allocator logged to the reports; at rest. */
  public void takeSlabErrors(Cpu cpu) {
    slub.log().errors().forEach(error -> reports.add(new SlubDebugReport(error)));
    slub.log().clear(cpu);
  }

  public Optional<Kasan> kasan() {
    return Optional.ofNullable(kasan);
  }

  public Optional<Kfence> kfence() {
    return Optional.ofNullable(kfence);
  }

  public Optional<Kmemleak> kmemleak() {
    return Optional.ofNullable(kmemleak);
  }

  public Optional<AllocProfile> profile() {
    return Optional.ofNullable(profile);
  }

  public Optional<DebugObjects> debugObjects() {
    return Optional.ofNullable(debugObjects);
  }
}
