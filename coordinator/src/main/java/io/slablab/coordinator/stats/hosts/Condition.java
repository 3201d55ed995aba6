package io.slablab.coordinator.stats.hosts;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A question that parts hosts in two: an amount is at least a value, a label is one.
 *
 * @param property its name
 * @param value the least amount, or the label
 */
public record Condition(String property, Property value) {

  /** Whether a host answers yes; the host must have the property. */
  boolean holds(HostEffect host) {
    Property of = host.properties().get(property);
    return value instanceof Property.Amount least && of instanceof Property.Amount amount
        ? amount.value() >= least.value()
        : value.equals(of);
  }

  @Override
  public String toString() {
    return property + (value instanceof Property.Amount ? " >= " : " = ") + value;
  }

  /** All questions about properties that every host has, by name and value. */
  static List<Condition> about(List<HostEffect> hosts) {
    TreeSet<String> names = new TreeSet<>(hosts.getFirst().properties().keySet());
    hosts.forEach(host -> names.retainAll(host.properties().keySet()));
    List<Condition> conditions = new ArrayList<>();
    for (String name : names) {
      hosts.stream()
          .map(host -> host.properties().get(name))
          .distinct()
          .sorted(Condition::compare)
          .forEach(value -> conditions.add(new Condition(name, value)));
    }
    return conditions;
  }

  private static int compare(Property a, Property b) {
    return a instanceof Property.Amount x && b instanceof Property.Amount y
        ? Double.compare(x.value(), y.value())
        : a.toString().compareTo(b.toString());
  }
}
