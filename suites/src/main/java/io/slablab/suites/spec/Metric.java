package io.slablab.suites.spec;

import java.util.Arrays;
import java.util.Optional;

/** What is compared. */
public enum Metric {
  THROUGHPUT("throughput", "ops/s", true),
  LATENCY_P50("latency-p50", "ns", false),
  LATENCY_P90("latency-p90", "ns", false),
  LATENCY_P99("latency-p99", "ns", false),
  LATENCY_P999("latency-p999", "ns", false),
  SYSTEM_TIME("system-time", "ns/op", false),
  CPU_TIME("cpu-time", "ns/op", false),
  LOCK_WAIT("lock-wait", "ns/op", false),

  /** What a design keeps when no object is live, before anything is trimmed. */
  IDLE_BYTES("idle-bytes", "B", false),

  /** High-water mark of the memory of objects in the measured window. */
  PEAK_BYTES("peak-bytes", "B", false);

  private final String id;
  private final String unit;
  private final boolean higherIsBetter;

  Metric(String id, String unit, boolean higherIsBetter) {
    this.id = id;
    this.unit = unit;
    this.higherIsBetter = higherIsBetter;
  }

  /** The word in YAML, tables and files. */
  public String id() {
    return id;
  }

  public String unit() {
    return unit;
  }

  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  public static Optional<Metric> byId(String id) {
    return Arrays.stream(values()).filter(metric -> metric.id.equals(id)).findFirst();
  }
}
