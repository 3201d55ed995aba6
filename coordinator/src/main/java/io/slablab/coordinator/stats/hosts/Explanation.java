package io.slablab.coordinator.stats.hosts;

/** What explains that hosts differ, or why nothing can. */
public sealed interface Explanation permits BestSplit, Explanation.None {

  /** Why there is no split. */
  enum Why {
    /** Fewer than two groups of two with an effect and its error. */
    TOO_FEW_HOSTS,
    /** No property that all hosts have parts them into two groups of two or more. */
    NO_PROPERTY,
    /** All effects are equal. */
    IDENTICAL
  }

  /** No split. */
  record None(Why why) implements Explanation {}
}
