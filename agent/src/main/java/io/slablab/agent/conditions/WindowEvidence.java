package io.slablab.agent.conditions;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slablab.agent.conditions.Field.Reading;
import io.slablab.agent.topology.CpuList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happened to some CPUs and threads between two moments. Opened before a window and closed
 * after it, by a thread that measures nothing.
 */
public final class WindowEvidence {

  /**
   * What was counted; null where {@code absent} says why it was not.
   *
   * @param migrations of the threads from one CPU to another
   * @param thermalThrottles of the CPUs' cores, and of the package with most
   * @param quotaThrottles of this process's cgroup
   * @param startKHz mean frequency of the CPUs when the window was opened
   * @param endKHz and when it was closed
   * @param agentNs CPU time of this process's parent, the agent: of its threads that lived at both
   *     moments
   * @param absent name to reason
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Seen(
      @Nullable Long migrations,
      @Nullable Long thermalThrottles,
      @Nullable Long quotaThrottles,
      @Nullable Long startKHz,
      @Nullable Long endKHz,
      @Nullable Long agentNs,
      Map<String, String> absent) {}

  private static final Pattern MIGRATIONS =
      Pattern.compile("^se\\.nr_migrations\\s*:\\s*(\\d+)", Pattern.MULTILINE);
  private static final Pattern PARENT = Pattern.compile("^PPid:\\s*(\\d+)", Pattern.MULTILINE);

  /** Its first column is the time on a CPU, nanoseconds. */
  private static final Pattern RUN_NS = Pattern.compile("^(\\d{1,18}) ");

  private static final Pattern THROTTLED =
      Pattern.compile("^nr_throttled (\\d+)", Pattern.MULTILINE);

  /** Hierarchy 0 is version 2; in version 1 it is the one of the controller {@code cpu}. */
  private static final Pattern CGROUP =
      Pattern.compile("^(?:(0):|\\d+:(?:[^:\\n]*,)?(cpu)(?:,[^:\\n]*)?):(/.*)$", Pattern.MULTILINE);

  private final Path root;
  private final CpuList cpus;
  private final List<Integer> threads;
  private final Map<String, String> absent = new LinkedHashMap<>();
  private final OptionalLong migrations;
  private final OptionalLong thermalThrottles;
  private final OptionalLong quotaThrottles;
  private final OptionalLong kHz;
  private final Map<String, Long> agentNs;

  private WindowEvidence(Path root, CpuList cpus, List<Integer> threads) {
    this.root = root;
    this.cpus = cpus;
    this.threads = List.copyOf(threads);
    this.migrations = readMigrations();
    this.thermalThrottles = readThermalThrottles();
    this.quotaThrottles = readQuotaThrottles();
    this.kHz = readKHz();
    this.agentNs = readAgentNs();
  }

  /**
   * Opens a window.
   *
   * @param root {@code /} is this host
   * @param threads kernel ids of threads of this process
   */
  public static WindowEvidence open(Path root, CpuList cpus, List<Integer> threads) {
    return new WindowEvidence(root, cpus, threads);
  }

  /** The kernel's id of the calling thread; empty where the kernel does not tell. */
  public static OptionalInt currentThread() {
    try {
      Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      return OptionalInt.of(Integer.parseInt(self.getFileName().toString()));
    } catch (IOException | NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  /** What happened since the window was opened. */
  public Seen close() {
    WindowEvidence now = new WindowEvidence(root, cpus, threads);
    Map<String, String> reasons = new LinkedHashMap<>(absent);
    reasons.putAll(now.absent);
    return new Seen(
        difference(migrations, now.migrations),
        difference(thermalThrottles, now.thermalThrottles),
        difference(quotaThrottles, now.quotaThrottles),
        orNull(kHz),
        orNull(now.kHz),
        spent(agentNs, now.agentNs),
        reasons);
  }

  private static @Nullable Long difference(OptionalLong before, OptionalLong after) {
    return before.isPresent() && after.isPresent()
        ? Long.valueOf(after.getAsLong() - before.getAsLong())
        : null;
  }

  private static @Nullable Long spent(Map<String, Long> before, Map<String, Long> after) {
    if (before.isEmpty() || after.isEmpty()) {
      return null;
    }
    long sum = 0;
    for (Map.Entry<String, Long> thread : after.entrySet()) {
      Long earlier = before.get(thread.getKey());
      sum += earlier == null ? 0 : thread.getValue() - earlier;
    }
    return sum;
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? Long.valueOf(value.getAsLong()) : null;
  }

  private OptionalLong readMigrations() {
    if (threads.isEmpty()) {
      return absent("migrations", "no thread was there before the window");
    }
    long sum = 0;
    for (int thread : threads) {
      OptionalLong count = match("proc/self/task/" + thread + "/sched", MIGRATIONS);
      if (count.isEmpty()) {
        return absent("migrations", "not told by /proc/self/task/*/sched");
      }
      sum += count.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  private OptionalLong readThermalThrottles() {
    String counters = "thermal_throttle/";
    List<Long> cores = perCpu(counters + "core_throttle_count");
    List<Long> packages = perCpu(counters + "package_throttle_count");
    if (cores.isEmpty() && packages.isEmpty()) {
      return absent("thermalThrottles", "no /sys/devices/system/cpu/cpu*/thermal_throttle");
    }
    return OptionalLong.of(
        cores.stream().mapToLong(count -> count).sum()
            + packages.stream().mapToLong(count -> count).max().orElse(0));
  }

  private OptionalLong readQuotaThrottles() {
    if (Field.content(root, "proc/self/cgroup") instanceof Reading.Found(String text)) {
      Matcher group = CGROUP.matcher(text);
      while (group.find()) {
        String mount = group.group(1) == null ? "sys/fs/cgroup/cpu" : "sys/fs/cgroup";
        OptionalLong count = match(mount + group.group(3) + "/cpu.stat", THROTTLED);
        if (count.isPresent()) {
          return count;
        }
      }
    }
    return absent("quotaThrottles", "no cgroup of this process counts them");
  }

  private OptionalLong readKHz() {
    List<Long> all = perCpu("cpufreq/scaling_cur_freq");
    return all.isEmpty()
        ? absent("kHz", "no /sys/devices/system/cpu/cpu*/cpufreq/scaling_cur_freq")
        : OptionalLong.of(Math.round(all.stream().mapToLong(k -> k).average().orElseThrow()));
  }

  /** Thread to time; empty where it is not told. */
  private Map<String, Long> readAgentNs() {
    Map<String, Long> times = new LinkedHashMap<>();
    OptionalLong parent = match("proc/self/status", PARENT);
    if (parent.isPresent()) {
      String tasks = "proc/" + parent.getAsLong() + "/task";
      for (String thread : names(tasks)) {
        match(tasks + "/" + thread + "/schedstat", RUN_NS).ifPresent(ns -> times.put(thread, ns));
      }
    }
    if (times.isEmpty()) {
      absent("agentNs", "not told by /proc/*/task/*/schedstat");
    }
    return times;
  }

  private OptionalLong absent(String name, String reason) {
    absent.put(name, reason);
    return OptionalLong.empty();
  }

  private List<Long> perCpu(String file) {
    List<Long> values = new ArrayList<>();
    cpus.stream()
        .forEach(
            cpu -> number("sys/devices/system/cpu/cpu" + cpu + "/" + file).ifPresent(values::add));
    return values;
  }

  private List<String> names(String folder) {
    try (Stream<Path> files = Files.list(root.resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException | UncheckedIOException _) {
      return List.of();
    }
  }

  private OptionalLong number(String file) {
    return match(file, Pattern.compile("^(\\d{1,18})$"));
  }

  private OptionalLong match(String file, Pattern pattern) {
    if (Field.content(root, file) instanceof Reading.Found(String text)) {
      Matcher matcher = pattern.matcher(text);
      if (matcher.find()) {
        return OptionalLong.of(Long.parseLong(matcher.group(1)));
      }
    }
    return OptionalLong.empty();
  }
}
