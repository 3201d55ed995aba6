package io.slablab.allocator.debug;

import java.util.EnumSet;
import java.util.Set;

/**
 * What watches the objects of a stack.
 *
 * @param features which
 * @param faithful whether they treat constructed objects as they do under the constructor series as
 *     posted: with false reports and leaks
 * @param sampling which allocations KFENCE takes
 * @param profile whether it is counted who asks for per-CPU areas of which size
 */
public record DebugConfig(
    Set<DebugFeature> features, boolean faithful, KfenceSampling sampling, boolean profile) {
  public static final DebugConfig NONE = new DebugConfig(Set.of(), false, KfenceSampling.DEFAULT);

  public DebugConfig {
    features = Set.copyOf(features);
  }

  /** Without a profile. */
  public DebugConfig(Set<DebugFeature> features, boolean faithful, KfenceSampling sampling) {
    this(features, faithful, sampling, false);
  }

  public static DebugConfig of(DebugFeature first, DebugFeature... others) {
    return new DebugConfig(EnumSet.of(first, others), false, KfenceSampling.DEFAULT);
  }

  public DebugConfig withFaithful(boolean on) {
    return new DebugConfig(features, on, sampling, profile);
  }

  public DebugConfig withSampling(KfenceSampling wanted) {
    return new DebugConfig(features, faithful, wanted, profile);
  }

  public DebugConfig withProfile(boolean on) {
    return new DebugConfig(features, faithful, sampling, on);
  }

  boolean has(DebugFeature feature) {
    return features.contains(feature);
  }
}
