package io.slablab.allocator.machine;

/** A named cache line. On a real machine it has no state; a simulated one keeps owner and time. */
public class Line {
  private final String name;

  public Line(String name) {
    this.name = name;
  }

  public final String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
