package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.debug.DebugConfig;
import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.debug.KfenceSampling;
import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.pool.StackConfig;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What has to live with a design: the features that watch objects, and what else looks at them. */
public enum MatrixRow {
  SLUB_DEBUG(DebugFeature.SLUB_DEBUG),
  KASAN(DebugFeature.KASAN),
  KMEMLEAK(DebugFeature.KMEMLEAK),
  DEBUG_OBJECTS(DebugFeature.DEBUG_OBJECTS),
  KFENCE(DebugFeature.KFENCE),
  /** The checker of locks, at its full level. */
  LOCKDEP(config -> config.withLockdep(LockdepLevel.FULL), LockdepCourse::new, PlantedLocks::plant),
  /** Charges to the memory cgroups of tasks. */
  MEMCG(UnaryOperator.identity(), MemcgCourse::new, PlantedCharges::plant),
  /** Who asks for which areas. */
  ALLOC_PROFILING(
      config -> config.withDebug(config.debug().withProfile(true)),
      ProfileCourse::new,
      PlantedAreas::plant),
  /** Pages, objects, areas and constructors that fail though nothing is short. */
  FAULT_INJECTION(UnaryOperator.identity(), FaultCourse::new, PlantedFaults::plant);

  private final UnaryOperator<StackConfig> watched;
  private final Function<MatrixRun, RowCourse> course;
  private final Function<MatrixRun, Map<String, Boolean>> planted;

  MatrixRow(DebugFeature feature) {
    this(
        config -> config.withDebug(withFeature(config.debug(), feature)),
        run -> new FeatureCourse(run, feature),
        run -> PlantedBugs.plant(feature, run));
  }

  MatrixRow(
      UnaryOperator<StackConfig> watched,
      Function<MatrixRun, RowCourse> course,
      Function<MatrixRun, Map<String, Boolean>> planted) {
    this.watched = watched;
    this.course = course;
    this.planted = planted;
  }

  private static DebugConfig withFeature(DebugConfig config, DebugFeature feature) {
    return DebugConfig.of(feature).withFaithful(config.faithful()).withSampling(config.sampling());
  }

  /**
   * A stack on which this row watches.
   *
   * @param sampling which allocations KFENCE takes
   */
  StackConfig watched(StackConfig config, KfenceSampling sampling) {
    DebugConfig debug = config.debug().withSampling(sampling).withFaithful(config.faithful());
    return watched.apply(config.withDebug(debug));
  }

  /** What this row adds to lives without a defect. */
  RowCourse course(MatrixRun run) {
    return course.apply(run);
  }

  /** Plants a defect of each kind that this row is for; by kind, whether it was found. */
  Map<String, Boolean> plant(MatrixRun run) {
    return planted.apply(run);
  }
}
