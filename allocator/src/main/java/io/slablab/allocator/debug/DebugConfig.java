package io.slablab.allocator.debug;

import java.util.EnumSet;
import java.util.Set;

/**
 * What watches the objects of a stack.
 *
 * @param features which
 * @param faithful whether they treat constructed objects as they do under the constructor series as
 *     posted: with false reports and leaks
 */
public record DebugConfig(Set<DebugFeature> features, boolean faithful) {
  public static final DebugConfig NONE = new DebugConfig(Set.of(), false);

  public DebugConfig {
    features = Set.copyOf(features);
  }

  public static DebugConfig of(DebugFeature first, DebugFeature... others) {
    return new DebugConfig(EnumSet.of(first, others), false);
  }

  public DebugConfig withFaithful(boolean on) {
    return new DebugConfig(features, on);
  }

  boolean has(DebugFeature feature) {
    return features.contains(feature);
  }
}
