package io.slablab.suites.yaml;

import io.slablab.allocator.percpu.Percpu;
import io.slablab.allocator.percpu.PercpuConfig;
import io.slablab.suites.spec.HostCheck;
import io.slablab.suites.spec.KernelOptions;
import io.slablab.suites.spec.MachineOptions;
import io.slablab.suites.spec.MemoryPolicy;
import io.slablab.suites.spec.Metric;
import io.slablab.suites.spec.PercpuOptions;
import io.slablab.suites.spec.WorkloadSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema (draft 2020-12) of suites, for editors. It is made of the same names and bounds
 * that {@link SuiteReader} uses; what relates two values (a baseline among the variants, measure a
 * multiple of interval) only the reader knows.
 */
public final class SuiteSchema {
  private static final String DURATION = "^[0-9]{1,9}(ns|us|ms|s|m|h)$";
  private static final String PERCENT = "^[0-9]{1,9}(\\.[0-9]{1,9})?%$";

  private SuiteSchema() {}

  /** The schema as text, indented by two blanks and ended by a line feed. */
  public static String text() {
    return JsonText.of(suite()) + "\n";
  }

  private static Map<String, Object> suite() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("slablab", described("Version of the format.", Map.of("const", 1)));
    properties.put("name", described("Name of the suite.", pattern(SuiteReader.NAME)));
    properties.put("hosts", described("Ansible host pattern; all by default.", string()));
    properties.put("engine", described("Where the allocator lives.", words(SuiteReader.ENGINES)));
    properties.put("workloads", list(workload()));
    properties.put("variants", list(variant()));
    properties.put(
        "baseline",
        described(
            "The variant others are compared with.",
            pattern(VariantReader.NAME + "(\\+[a-z_]+)*")));
    properties.put("placements", placements());
    properties.put("design", design());
    properties.put("trial", trial());
    properties.put("metrics", list(words(Arrays.stream(Metric.values()).map(Metric::id).toList())));
    properties.put("gate", gate());
    properties.put("contract", contract());
    Map<String, Object> suite = new LinkedHashMap<>();
    suite.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    suite.put("title", "Slablab suite");
    suite.putAll(object(properties, "slablab", "name", "workloads", "variants", "placements"));
    return suite;
  }

  private static Map<String, Object> workload() {
    Map<String, Object> exec = common();
    exec.put("rss-updates", integer(0, WorkloadReader.MOST_UPDATES));
    exec.put(WorkloadSpec.FORK, Map.of("type", "boolean"));
    exec.put(WorkloadSpec.MM, mm());
    Map<String, Object> tc = common();
    tc.put("actions", integer(1, WorkloadReader.MOST_ACTIONS));
    tc.put("cpustats", Map.of("type", "boolean"));
    tc.put(WorkloadSpec.ESTIMATOR, Map.of("type", "boolean"));
    Map<String, Object> thread = common();
    thread.put("threads", integer(1, WorkloadReader.MOST_THREADS));
    thread.put("rss-updates", integer(0, WorkloadReader.MOST_UPDATES));
    thread.put(WorkloadSpec.MM, mm());
    return anyOf(
        words(WorkloadReader.NAMES),
        object(Map.of("exec", orNull(object(exec))), "exec"),
        object(Map.of("tc", orNull(object(tc))), "tc"),
        object(Map.of("percpu", orNull(object(percpu()))), "percpu"),
        object(Map.of("thread", orNull(object(thread))), "thread"));
  }

  private static Map<String, Object> percpu() {
    Map<String, Object> params = common();
    Map<String, Object> bytes = integer(1, Percpu.MAX_BYTES);
    Map<String, Object> mix = new LinkedHashMap<>();
    mix.put("type", "array");
    mix.put("items", bytes);
    mix.put("minItems", 1);
    params.put(
        "sizes", described("Bytes; of several, each as likely as another.", anyOf(bytes, mix)));
    params.put("align", Map.of("enum", WorkloadReader.ALIGNS));
    params.put("lifetime", words(WorkloadReader.LIFETIMES));
    params.put("atomic", share());
    params.put("account", Map.of("type", "boolean"));
    params.put("bulk", integer(1, WorkloadReader.MOST_BULK));
    return params;
  }

  private static Map<String, Object> mm() {
    return described("The kernel whose mm_struct it is.", words(WorkloadReader.KERNELS));
  }

  private static Map<String, Object> common() {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("rest", anyOf(words(List.of("none")), duration()));
    params.put("live", integer(1, WorkloadReader.MOST_LIVE));
    params.put("reuse", share());
    params.put("remote-free", share());
    params.put("possible-cpus", integer(0, WorkloadReader.MOST_CPUS));
    return params;
  }

  private static Map<String, Object> variant() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("design", words(VariantReader.DESIGNS));
    properties.put("faithful", Map.of("type", "boolean"));
    properties.putAll(kernelOptions());
    Map<String, Object> described = object(properties, "design");
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("type", "object");
    named.put("minProperties", 1);
    named.put("maxProperties", 1);
    named.put("patternProperties", Map.of("^" + VariantReader.NAME + "$", described));
    named.put("additionalProperties", false);
    return anyOf(words(VariantReader.DESIGNS), described, named);
  }

  private static Map<String, Object> kernelOptions() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put(
        KernelOptions.SLUB_DEBUG,
        described("As the boot option: letters, names of caches.", string()));
    options.put(KernelOptions.INIT_ON_ALLOC, Map.of("type", "boolean"));
    options.put(KernelOptions.INIT_ON_FREE, Map.of("type", "boolean"));
    options.put(
        KernelOptions.LOCKDEP,
        described("How much of the rules of locks is checked.", words(KernelOptionsReader.LEVELS)));
    options.put(
        KernelOptions.DEBUG,
        described("What watches the objects.", list(words(KernelOptionsReader.FEATURES))));
    options.put(
        KernelOptions.PERCPU,
        described("How the percpu allocator is built and booted.", object(percpuOptions())));
    options.put(
        MachineOptions.NUMA_FAKE,
        described(
            "Nodes that CPUs are dealt over; 0 for the host's.",
            integer(0, KernelOptionsReader.MOST_NODES)));
    options.put(
        MachineOptions.MUTEX,
        described(
            "Who gets a mutex next, and how others wait.", words(KernelOptionsReader.MUTEXES)));
    return options;
  }

  private static Map<String, Object> percpuOptions() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put(
        PercpuOptions.BACKING,
        described(
            "Pages of chunks: one by one (vm), or one block with the chunk (km).",
            words(PercpuOptionsReader.BACKINGS)));
    PercpuOptionsReader.REGIONS.forEach((key, least) -> {
      Map<String, Object> bytes =
          new LinkedHashMap<>(integer(least, PercpuConfig.MOST_REGION_BYTES));
      bytes.put("multipleOf", 4);
      options.put(key, bytes);
    });
    options.put(PercpuOptions.ATOM_SIZE, Map.of("enum", PercpuOptionsReader.ATOMS));
    options.put(
        PercpuOptions.EMPTY_POP_PAGES_LOW,
        described(
            "Fewer empty pages than this: more are asked for.",
            integer(0, PercpuConfig.MOST_EMPTY_PAGES)));
    options.put(
        PercpuOptions.EMPTY_POP_PAGES_HIGH,
        described(
            "Empty pages that are kept for atomic allocations.",
            integer(0, PercpuConfig.MOST_EMPTY_PAGES)));
    options.put(
        PercpuOptions.HINT_DEFECT,
        described("The kernel's defect of the search's hints.", Map.of("type", "boolean")));
    return options;
  }

  private static Map<String, Object> placements() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(
        "layout",
        list(
            anyOf(
                words(List.of("compact", "scatter", "per-llc", "smt")),
                pattern("(socket|node):[0-9]{1,4}"))));
    properties.put(
        "cores",
        list(
            anyOf(
                integer(1, 999_999),
                words(List.of("llc", "node", "socket", "all")),
                pattern("([1-9][0-9]?|100)%"))));
    properties.put(
        "memory", list(words(Arrays.stream(MemoryPolicy.values()).map(MemoryPolicy::id).toList())));
    return object(properties, "cores");
  }

  private static Map<String, Object> design() {
    Map<String, Object> blocks = new LinkedHashMap<>();
    blocks.put("min", integer(1, SuiteReader.MOST_BLOCKS));
    blocks.put("max", integer(1, SuiteReader.MOST_BLOCKS));
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("blocks", object(blocks));
    properties.put("target", share());
    properties.put("budget", duration());
    properties.put("seed", Map.of("type", "integer"));
    properties.put(
        "null",
        described(
            "In a tenth of the cells, at least 3, the baseline runs against itself.",
            Map.of("type", "boolean")));
    return object(properties);
  }

  private static Map<String, Object> trial() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("warmup", duration());
    properties.put("measure", duration());
    properties.put("interval", duration());
    return object(properties);
  }

  private static Map<String, Object> gate() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("metric", words(Arrays.stream(Metric.values()).map(Metric::id).toList()));
    properties.put("regression", share());
    properties.put("alpha", share());
    return object(properties);
  }

  private static Map<String, Object> contract() {
    Map<String, Object> checks = list(words(HostCheck.ids()));
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("checks", checks);
    properties.put("steal", share());
    properties.put("foreign", share());
    properties.put("reruns", integer(0, ContractReader.MOST_RERUNS));
    return described("How quiet hosts must be.", anyOf(checks, object(properties)));
  }

  private static Map<String, Object> object(Map<String, Object> properties, String... required) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    if (required.length > 0) {
      schema.put("required", List.of(required));
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private static Map<String, Object> list(Map<String, Object> items) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "array");
    schema.put("items", items);
    schema.put("minItems", 1);
    schema.put("uniqueItems", true);
    return schema;
  }

  private static Map<String, Object> orNull(Map<String, Object> schema) {
    return anyOf(schema, Map.of("type", "null"));
  }

  @SafeVarargs
  private static Map<String, Object> anyOf(Map<String, Object>... schemas) {
    return Map.of("anyOf", List.of(schemas));
  }

  private static Map<String, Object> words(List<String> words) {
    return Map.of("enum", words);
  }

  private static Map<String, Object> string() {
    return Map.of("type", "string");
  }

  private static Map<String, Object> pattern(String regex) {
    Map<String, Object> schema = new LinkedHashMap<>(string());
    schema.put("pattern", "^" + regex + "$");
    return schema;
  }

  private static Map<String, Object> duration() {
    Map<String, Object> schema = new LinkedHashMap<>(string());
    schema.put("pattern", DURATION);
    return schema;
  }

  /** A number in [0, 1], or a percentage. */
  private static Map<String, Object> share() {
    Map<String, Object> number = new LinkedHashMap<>();
    number.put("type", "number");
    number.put("minimum", 0);
    number.put("maximum", 1);
    Map<String, Object> percent = new LinkedHashMap<>(string());
    percent.put("pattern", PERCENT);
    return anyOf(number, percent);
  }

  private static Map<String, Object> integer(int low, int high) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "integer");
    schema.put("minimum", low);
    schema.put("maximum", high);
    return schema;
  }

  private static Map<String, Object> described(String text, Map<String, Object> schema) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("description", text);
    described.putAll(schema);
    return described;
  }
}
