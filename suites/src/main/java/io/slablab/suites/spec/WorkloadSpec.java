package io.slablab.suites.spec;

import io.slablab.allocator.mm.MmKernel;
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

  /** Whose mm_struct; likewise. */
  String MM = "mm";

  /** Whether actions have a rate estimator; likewise. */
  String ESTIMATOR = "estimator";

  /** The names there are. */
  List<String> NAMES = List.of("exec", "tc", "percpu", "thread");

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
   * @param mm whose mm_struct it is
   */
  record ExecSpec(
      Rest rest,
      int live,
      double reuse,
      int rssUpdates,
      double remoteFree,
      int possibleCpus,
      boolean fork,
      MmKernel mm)
      implements WorkloadSpec {

    /** An exec in an existing process. */
    public ExecSpec(
        Rest rest, int live, double reuse, int rssUpdates, double remoteFree, int possibleCpus) {
      this(rest, live, reuse, rssUpdates, remoteFree, possibleCpus, false, MmKernel.V6_15);
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
      putMm(params, mm);
      return params;
    }
  }

  /**
   * The life cycle of a process with threads: its mm_struct is built, threads are created, count
   * pages where they run and end; the last one ends the mm_struct.
   *
   * @param threads created in each process beside its first
   * @param rssUpdates counter updates of each thread
   * @param remoteFree share of threads that run and end on another worker's CPU
   * @param mm whose mm_struct it is
   */
  record ThreadSpec(
      Rest rest,
      int live,
      double reuse,
      int threads,
      int rssUpdates,
      double remoteFree,
      int possibleCpus,
      MmKernel mm)
      implements WorkloadSpec {

    @Override
    public String name() {
      return "thread";
    }

    @Override
    public Map<String, String> params() {
      Map<String, String> params = common(this);
      params.put("threads", Integer.toString(threads));
      params.put("rss-updates", Integer.toString(rssUpdates));
      putMm(params, mm);
      return params;
    }
  }

  /**
   * The life cycle of a filter with its actions.
   *
   * @param actions per filter
   * @param cpustats whether actions have per-CPU statistics
   * @param estimator whether each action has a rate estimator
   */
  record TcSpec(
      int actions,
      int live,
      double reuse,
      double remoteFree,
      boolean cpustats,
      Rest rest,
      int possibleCpus,
      boolean estimator)
      implements WorkloadSpec {

    /** Actions without a rate estimator. */
    public TcSpec(
        int actions,
        int live,
        double reuse,
        double remoteFree,
        boolean cpustats,
        Rest rest,
        int possibleCpus) {
      this(actions, live, reuse, remoteFree, cpustats, rest, possibleCpus, false);
    }

    @Override
    public String name() {
      return "tc";
    }

    @Override
    public Map<String, String> params() {
      Map<String, String> params = common(this);
      params.put("actions", Integer.toString(actions));
      params.put("cpustats", Boolean.toString(cpustats));
      if (estimator) {
        params.put(ESTIMATOR, "true");
      }
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

  private static void putMm(Map<String, String> params, MmKernel mm) {
    if (mm != MmKernel.V6_15) {
      params.put(MM, mm.id());
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
              Boolean.parseBoolean(params.getOrDefault(FORK, "false")),
              mm(params));
      case "tc" ->
          new TcSpec(
              Integer.parseInt(param(params, "actions")),
              live,
              reuse,
              remoteFree,
              Boolean.parseBoolean(param(params, "cpustats")),
              rest,
              possibleCpus,
              Boolean.parseBoolean(params.getOrDefault(ESTIMATOR, "false")));
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
      case "thread" ->
          new ThreadSpec(
              rest,
              live,
              reuse,
              Integer.parseInt(param(params, "threads")),
              Integer.parseInt(param(params, "rss-updates")),
              remoteFree,
              possibleCpus,
              mm(params));
      default -> throw new IllegalArgumentException("no such workload: " + name);
    };
  }

  private static MmKernel mm(Map<String, String> params) {
    String id = params.getOrDefault(MM, MmKernel.V6_15.id());
    return MmKernel.of(id)
        .orElseThrow(() -> new IllegalArgumentException("no mm_struct of kernel " + id));
  }

  private static String param(Map<String, String> params, String key) {
    String value = params.get(key);
    if (value == null) {
      throw new IllegalArgumentException("parameter missing: " + key);
    }
    return value;
  }
}
