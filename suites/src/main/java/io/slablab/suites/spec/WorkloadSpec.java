package io.slablab.suites.spec;

import java.util.LinkedHashMap;
import java.util.Map;

/** A stream of operations with its parameters. */
public sealed interface WorkloadSpec {
  /** Among the parameters only where it is on: other cells are what they always were. */
  String FORK = "fork";

  /** The word in YAML, tables and files. */
  String name();

  Rest rest();

  /** Objects a worker keeps alive at a time. */
  int live();

  /** Share of operations that reuse a freed object at once instead of rotating the live set. */
  double reuse();

  /** Share of frees done on another worker's CPU, in [0, 1]. */
  double remoteFree();

  /** Possible CPUs of the modelled kernel; 0 for as many as the host has. */
  int possibleCpus();

  /** All parameters in canonical text and fixed order. */
  Map<String, String> params();

  /**
   * The life cycle of an mm_struct: new one built, resident-set counters updated, old one dropped.
   *
   * @param rssUpdates counter updates per operation
   * @param fork whether each exec is that of a child, whose own mm_struct is a copy
   */
  record ExecSpec(
      Rest rest,
      int live,
      double reuse,
      int rssUpdates,
      double remoteFree,
      int possibleCpus,
      boolean fork)
      implements WorkloadSpec {

    /** An exec in an existing process. */
    public ExecSpec(
        Rest rest, int live, double reuse, int rssUpdates, double remoteFree, int possibleCpus) {
      this(rest, live, reuse, rssUpdates, remoteFree, possibleCpus, false);
    }

    @Override
    public String name() {
      return "exec";
    }

    @Override
    public Map<String, String> params() {
      Map<String, String> params = common(this);
      params.put("rss-updates", Integer.toString(rssUpdates));
      if (fork) {
        params.put(FORK, "true");
      }
      return params;
    }
  }

  /**
   * The life cycle of a filter with its actions.
   *
   * @param actions per filter
   * @param cpustats whether actions have per-CPU statistics
   */
  record TcSpec(
      int actions,
      int live,
      double reuse,
      double remoteFree,
      boolean cpustats,
      Rest rest,
      int possibleCpus)
      implements WorkloadSpec {

    @Override
    public String name() {
      return "tc";
    }

    @Override
    public Map<String, String> params() {
      Map<String, String> params = common(this);
      params.put("actions", Integer.toString(actions));
      params.put("cpustats", Boolean.toString(cpustats));
      return params;
    }
  }

  private static Map<String, String> common(WorkloadSpec spec) {
    Map<String, String> params = new LinkedHashMap<>();
    params.put("rest", spec.rest().toString());
    params.put("live", Integer.toString(spec.live()));
    params.put("reuse", Double.toString(spec.reuse()));
    params.put("remote-free", Double.toString(spec.remoteFree()));
    params.put("possible-cpus", Integer.toString(spec.possibleCpus()));
    return params;
  }

  /**
   * The inverse of {@link #name} and {@link #params}: how a workload travels to an agent.
   *
   * @throws IllegalArgumentException when the name or a parameter is unknown, missing or malformed
   */
  static WorkloadSpec of(String name, Map<String, String> params) {
    Rest rest = Rest.parse(param(params, "rest"));
    int live = Integer.parseInt(param(params, "live"));
    double reuse = Double.parseDouble(param(params, "reuse"));
    double remoteFree = Double.parseDouble(param(params, "remote-free"));
    int possibleCpus = Integer.parseInt(param(params, "possible-cpus"));
    return switch (name) {
      case "exec" ->
          new ExecSpec(
              rest,
              live,
              reuse,
              Integer.parseInt(param(params, "rss-updates")),
              remoteFree,
              possibleCpus,
              Boolean.parseBoolean(params.getOrDefault(FORK, "false")));
      case "tc" ->
          new TcSpec(
              Integer.parseInt(param(params, "actions")),
              live,
              reuse,
              remoteFree,
              Boolean.parseBoolean(param(params, "cpustats")),
              rest,
              possibleCpus);
      default -> throw new IllegalArgumentException("no such workload: " + name);
    };
  }

  private static String param(Map<String, String> params, String key) {
    String value = params.get(key);
    if (value == null) {
      throw new IllegalArgumentException("parameter missing: " + key);
    }
    return value;
  }
}
