package io.slablab.agent.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One trial, as plain data: everything an agent needs to run it and nothing of the campaign.
 *
 * @param id unique in the campaign
 * @param host inventory name
 * @param cell cell id
 * @param block from 0
 * @param position place of the variant in its block, from 0
 * @param variant the variant's name in tables
 * @param design id of the allocator design
 * @param faithful whether known defects of the design are reproduced
 * @param options what the modelled kernel is booted and built with, in canonical text; empty for
 *     nothing
 * @param workload exec, tc, ...
 * @param params the workload's parameters in canonical text
 * @param layout name of the layout
 * @param cpus worker i runs on cpus[i]; no CPU twice
 * @param memory local, interleave or remote
 * @param warmupNs warm-up time in nanoseconds
 * @param measureNs measured time in nanoseconds, a multiple of {@code intervalNs}
 * @param intervalNs length of one measured interval in nanoseconds
 * @param seed of the trial's random streams
 * @param recording whether latencies are recorded
 */
public record TrialOrder(
    String id,
    String host,
    String cell,
    int block,
    int position,
    String variant,
    String design,
    boolean faithful,
    Map<String, String> options,
    String workload,
    Map<String, String> params,
    String layout,
    List<Integer> cpus,
    String memory,
    long warmupNs,
    long measureNs,
    long intervalNs,
    long seed,
    boolean recording) {

  public TrialOrder {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options)); // keeps their order
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    cpus = List.copyOf(cpus);
  }

  /** On a kernel without options. */
  public TrialOrder(
      String id,
      String host,
      String cell,
      int block,
      int position,
      String variant,
      String design,
      boolean faithful,
      String workload,
      Map<String, String> params,
      String layout,
      List<Integer> cpus,
      String memory,
      long warmupNs,
      long measureNs,
      long intervalNs,
      long seed,
      boolean recording) {
    this(
        id,
        host,
        cell,
        block,
        position,
        variant,
        design,
        faithful,
        Map.of(),
        workload,
        params,
        layout,
        cpus,
        memory,
        warmupNs,
        measureNs,
        intervalNs,
        seed,
        recording);
  }

  /** The same trial on a kernel with options. */
  public TrialOrder withOptions(Map<String, String> wanted) {
    return new TrialOrder(
        id,
        host,
        cell,
        block,
        position,
        variant,
        design,
        faithful,
        wanted,
        workload,
        params,
        layout,
        cpus,
        memory,
        warmupNs,
        measureNs,
        intervalNs,
        seed,
        recording);
  }
}
