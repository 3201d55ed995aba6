package io.slablab.allocator.debug;

import java.util.List;

/**
 * Who did something to an object.
 *
 * @param cpu on which CPU, or {@link #NO_CPU} when nobody did
 * @param stack callers, innermost first
 */
public record Track(int cpu, List<String> stack) {
  public static final int NO_CPU = -1;

  public static final Track NONE = new Track(NO_CPU, List.of());

  public Track {
    stack = List.copyOf(stack);
  }
}
