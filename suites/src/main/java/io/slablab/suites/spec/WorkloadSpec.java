package io.slablab.suites.spec;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

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

  /**
   * alloc_percpu() and free_percpu() themselves, in batches of areas.
   *
   * @param sizes bytes of an area, each as likely as another; the areas of a batch have the same
   * @param align in bytes
   * @param live batches a worker keeps alive at a time
   * @param lifetime which areas make room for new ones
   * @param atomic share of batches that must not wait; one that fails is asked for again, waiting
   * @param account whether areas are charged to the memory cgroup of the task
   * @param bulk areas of a batch, allocated in one call
   */
  record PercpuSpec(
      List<Integer> sizes,
      int align,
      int live,
      double reuse,
      Lifetime lifetime,
      double atomic,
      boolean account,
      int bulk,
      double remoteFree,
      Rest rest,
      int possibleCpus)
      implements WorkloadSpec {

    /** How long areas live. */
    public enum Lifetime {
      /** The oldest make room: all live equally long. */
      FIXED,
      /** Any makes room: lifetimes are geometric. */
      RANDOM;

      public String id() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    public PercpuSpec {
      sizes = List.copyOf(sizes);
    }

    @Override
    public String name() {
      return "percpu";
    }

    @Override
    public Map<String, String> params() {
      Map<String, String> params = common(this);
      params.put("sizes", sizes.stream().map(String::valueOf).collect(Collectors.joining("+")));
      params.put("align", Integer.toString(align));
      params.put("lifetime", lifetime.id());
      params.put("atomic", Double.toString(atomic));
      params.put("account", Boolean.toString(account));
      params.put("bulk", Integer.toString(bulk));
      return params;
    }

    private static List<Integer> sizesOf(String text) {
      return Arrays.stream(text.split("\\+")).map(Integer::valueOf).toList();
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
      case "percpu" ->
          new PercpuSpec(
              PercpuSpec.sizesOf(param(params, "sizes")),
              Integer.parseInt(param(params, "align")),
              live,
              reuse,
              PercpuSpec.Lifetime.valueOf(param(params, "lifetime").toUpperCase(Locale.ROOT)),
              Double.parseDouble(param(params, "atomic")),
              Boolean.parseBoolean(param(params, "account")),
              Integer.parseInt(param(params, "bulk")),
              remoteFree,
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
