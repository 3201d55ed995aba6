package io.slablab.coordinator.stats.hosts;

/** How far hosts lie apart, or why that cannot be told. */
public sealed interface Spread permits Heterogeneity, Spread.Unknown {

  /** Why hosts cannot be compared. */
  enum Why {
    /** Fewer than two with an effect and its error. */
    TOO_FEW_HOSTS,
    /** All effects are equal. */
    IDENTICAL
  }

  /** No number. */
  record Unknown(Why why) implements Spread {}
}
