package io.slablab.coordinator.stats.hosts;

/** What is known about a host. */
public sealed interface Property {

  /** Has an order: nodes, cores, bytes. */
  record Amount(double value) implements Property {
    @Override
    public String toString() {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }
  }

  /** Has none: vendor, SMT on or off. */
  record Label(String value) implements Property {
    @Override
    public String toString() {
      return value;
    }
  }
}
