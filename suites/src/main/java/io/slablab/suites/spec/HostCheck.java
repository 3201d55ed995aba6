package io.slablab.suites.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can make a host noisy; a suite's contract may demand that it does not. */
public enum HostCheck {
  GOVERNOR("governor"),
  TURBO("turbo"),
  IDLE_STATES("idle-states"),
  THP("thp"),
  SMT("smt"),
  ISOLCPUS("isolcpus"),
  IRQBALANCE("irqbalance"),
  NUMA_BALANCING("numa-balancing"),
  STEAL("steal"),
  CLOCKSOURCE("clocksource"),
  LOAD("load");

  private final String id;

  HostCheck(String id) {
    this.id = id;
  }

  /** The word in YAML, tables and files. */
  public String id() {
    return id;
  }

  public static Optional<HostCheck> byId(String id) {
    return Arrays.stream(values()).filter(check -> check.id.equals(id)).findFirst();
  }

  /** All words. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(HostCheck::id).toList();
  }
}
