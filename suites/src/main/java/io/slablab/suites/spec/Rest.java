package io.slablab.suites.spec;

/** The work around the allocator in one operation. */
public sealed interface Rest {

  /** The allocator's path alone. */
  record None() implements Rest {
    @Override
    public String toString() {
      return "none";
    }
  }

  /**
   * Busy work of a fixed length per operation.
   *
   * @param ns nanoseconds, positive
   */
  record Fixed(long ns) implements Rest {
    public Fixed {
      if (ns <= 0) {
        throw new IllegalArgumentException("a rest must be longer than " + ns + "ns");
      }
    }

    @Override
    public String toString() {
      return Durations.text(ns);
    }
  }

  /** Nanoseconds of work per operation; 0 for none. */
  default long nanos() {
    return switch (this) {
      case None _ -> 0;
      case Fixed(long ns) -> ns;
    };
  }

  /**
   * Reads {@code none} or a duration.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  static Rest parse(String text) {
    return text.equals("none") ? new None() : new Fixed(Durations.parseNs(text));
  }
}
