package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.debug.DebugFeature;
import java.util.List;
import java.util.Map;

/** A feature that watches objects: it scans among live objects and when none is left. */
final class FeatureCourse extends RowCourse {
  private final DebugFeature feature;

  FeatureCourse(MatrixRun run, DebugFeature feature) {
    super(run);
    this.feature = feature;
  }

  @Override
  void middle(List<Long> live) {
    run.debug().kmemleak().ifPresent(leaks -> leaks.scan(run.cpu, live));
  }

  @Override
  void atRest() {
    run.debug().kmemleak().ifPresent(leaks -> leaks.scan(run.cpu, List.of()));
    if (feature == DebugFeature.SLUB_DEBUG) {
      run.cache().validate(run.cpu);
    }
  }

  @Override
  Map<String, Long> reports() {
    run.debug().takeSlabErrors(run.cpu);
    return run.debug().reports().counts(feature);
  }
}
