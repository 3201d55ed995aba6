package io.slablab.coordinator.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slablab.coordinator.verdict.GainsCalculator;
import io.slablab.coordinator.verdict.GainsFiles;
import io.slablab.coordinator.verdict.TrialFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * A run directory made up from a seed, in the format of a real one: two workloads, 1 to 8 cores.
 */
final class SampleRun {
  static final int[] CORES = {1, 2, 4, 8};
  private static final long START_MS = Instant.parse("2026-02-03T04:05:06Z").toEpochMilli();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final int blocks;
  private final List<String> hosts;
  private final List<String> variants;
  private final Random random = new Random(7);
  private long clockMs = START_MS;

  private SampleRun(Path root, int blocks, List<String> hosts, List<String> variants) {
    this.root = root;
    this.blocks = blocks;
    this.hosts = hosts;
    this.variants = variants;
  }

  /** Writes all files, gains.json too. */
  static Path write(Path root, int blocks) throws IOException {
    return write(root, blocks, List.of("desk-01"), List.of("baseline", "ctor-dtor"));
  }

  /** Hosts after the first are simulated; the last of more than two variants is a bad one. */
  static Path write(Path root, int blocks, List<String> hosts, List<String> variants)
      throws IOException {
    new SampleRun(root, blocks, hosts, variants).all();
    return root;
  }

  private void all() throws IOException {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("schema", "slablab/run/1").put("toolVersion", "0.1.0").put("campaign", "k3xq");
    manifest
        .put("suite", "exec-scaling")
        .put("seed", 42)
        .put("startedAt", Instant.ofEpochMilli(START_MS).toString());
    write("manifest.json", manifest);
    ObjectNode conditions = JSON.createObjectNode();
    conditions
        .putObject("identity")
        .put("cpu", "Example CPU 9000, 8 cores")
        .put("kernel", "6.12.9-amd64")
        .put("memory", "64 GiB")
        .put("jvm", "25.0.1+8");
    conditions
        .putObject("state")
        .put("governor", "performance")
        .put("boost", "off")
        .put("thp", "madvise");
    conditions
        .putObject("evidence")
        .put("load1", 0.12)
        .put("stealShare", 0.0)
        .put("temperatureC", 41);
    for (String name : hosts) {
      write("hosts/" + name + "/conditions.json", conditions);
    }
    ObjectNode plan = JSON.createObjectNode();
    plan.put("schema", "slablab/plan/1").put("suite", "exec-scaling").put("seed", 42);
    plan.putArray("metrics")
        .add("throughput")
        .add("latency-p99")
        .add("system-time")
        .add("idle-bytes")
        .add("peak-bytes");
    ArrayNode array = plan.putArray("hosts");
    for (String name : hosts) {
      ObjectNode host = array.addObject();
      host.put("host", name);
      ArrayNode cells = host.putArray("cells");
      ArrayNode trials = host.putArray("trials");
      for (String workload : List.of("exec", "tc")) {
        for (int cores : CORES) {
          cell(name, cells, trials, workload, cores);
        }
      }
    }
    write("plan.json", plan);
    Files.writeString(
        root.resolve("gains.json"),
        GainsFiles.gainsJson(GainsCalculator.compute(TrialFiles.read(root))));
  }

  private void cell(String host, ArrayNode cells, ArrayNode trials, String workload, int cores)
      throws IOException {
    String id = workload + "-compact-" + cores + "c-local";
    ObjectNode cell = cells.addObject();
    String engine = host.equals(hosts.getFirst()) ? "threads" : "sim";
    cell.put("id", id).put("engine", engine).put("workload", workload);
    cell.putObject("params").put("rest", "none").put("live", "16");
    cell.putObject("placement")
        .put("layout", "compact")
        .put("cores", cores)
        .put("cpus", cores == 1 ? "0" : "0-" + (cores - 1))
        .put("memory", "local");
    ArrayNode names = cell.putArray("variants");
    variants.forEach(names::add);
    cell.put("baseline", "baseline");
    for (int block = 0; block < blocks; block++) {
      double mood = 1 + 0.01 * random.nextGaussian();
      for (int position = 0; position < variants.size(); position++) {
        String variant = variants.get((position + block) % variants.size());
        String trialId = id + "/" + block + "/" + variant;
        trials
            .addObject()
            .put("id", trialId)
            .put("cell", id)
            .put("block", block)
            .put("position", position)
            .put("variant", variant);
        trial(host, trialId, id, workload, cores, block, position, variant, mood);
      }
    }
  }

  private void trial(
      String host,
      String trialId,
      String cell,
      String workload,
      int cores,
      int block,
      int position,
      String variant,
      double mood)
      throws IOException {
    boolean treated = variant.equals("ctor-dtor");
    double burden = variants.indexOf(variant) > 1 ? 1.04 + 0.01 * cores : 1;
    double serial = workload.equals("exec") ? (treated ? 0.004 : 0.09) : 0.10;
    double oneOpNs = workload.equals("exec") ? (treated ? 1180 : 1275) : (treated ? 902 : 900);
    double speedup = cores / (1 + serial * (cores - 1));
    Path folder =
        Files.createDirectories(
            root.resolve("trials")
                .resolve(host)
                .resolve(cell)
                .resolve("%04d-%s".formatted(block, variant)));
    ObjectNode trial = JSON.createObjectNode();
    trial
        .put("schema", "slablab/trial/1")
        .put("id", trialId)
        .put("host", host)
        .put("cell", cell)
        .put("block", block)
        .put("position", position)
        .put("variant", variant)
        .put("design", variant)
        .put("engine", "threads")
        .put("workload", workload)
        .put("status", "done")
        .putNull("reason")
        .put("startedAt", Instant.ofEpochMilli(clockMs).toString())
        .put("threads", cores);
    ArrayNode iterations = trial.putArray("iterations");
    Histogram[] intervals = new Histogram[3];
    long operations = 0;
    for (int i = 0; i < 3; i++) {
      double rate = 1e9 / oneOpNs / burden * speedup * mood * (1 + 0.004 * random.nextGaussian());
      long ops = Math.round(rate);
      operations += ops;
      iterations
          .addObject()
          .put("startNs", (clockMs + i * 1000L) * 1_000_000)
          .put("durationNs", 1_000_000_000L)
          .put("ops", ops)
          .put("opsPerSecond", rate)
          .put("userNs", 900_000_000L * cores)
          .put(
              "systemNs",
              Math.round(
                  (treated ? 60e6 : 80e6) * cores * mood * (1 + 0.05 * random.nextGaussian())))
          .put("gcCount", 0);
      intervals[i] = interval(clockMs + i * 1000L, cores / rate * 1e9, treated);
    }
    Histogram all = new Histogram(3);
    for (Histogram interval : intervals) {
      all.add(interval);
    }
    trial
        .putObject("latency")
        .put("count", all.getTotalCount())
        .put("p50Ns", all.getValueAtPercentile(50))
        .put("p90Ns", all.getValueAtPercentile(90))
        .put("p99Ns", all.getValueAtPercentile(99))
        .put("p999Ns", all.getValueAtPercentile(99.9))
        .put("maxNs", all.getMaxValue());
    trial.putObject("recording").put("mode", "sampled").put("every", 32).put("biasAt500ns", 0.0087);
    trial.putArray("warnings");
    write(root.relativize(folder.resolve("trial.json")).toString(), trial);
    hlog(folder.resolve("latency.hlog"), intervals);
    locks(folder, workload, cores, treated, operations);
    jmh(folder, cores, iterations);
    clockMs += 5000;
  }

  private Histogram interval(long startMs, double meanNs, boolean treated) {
    Histogram histogram = new Histogram(3);
    histogram.setAutoResize(true);
    for (int i = 0; i < 4000; i++) {
      double tail =
          random.nextDouble() < 0.01
              ? Math.pow(random.nextDouble() + 1e-3, -0.9) * (treated ? 1.5 : 3)
              : 1;
      histogram.recordValue(
          (long) (meanNs * (0.9 + 0.2 * random.nextDouble()) * Math.max(1, tail)));
    }
    histogram.setStartTimeStamp(startMs);
    histogram.setEndTimeStamp(startMs + 1000);
    return histogram;
  }

  private static void hlog(Path file, Histogram[] intervals) throws IOException {
    try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
      HistogramLogWriter writer = new HistogramLogWriter(out);
      long start = intervals[0].getStartTimeStamp();
      writer.outputLogFormatVersion();
      writer.outputStartTime(start);
      writer.outputBaseTime(start);
      writer.setBaseTime(start);
      writer.outputLegend();
      for (Histogram interval : intervals) {
        writer.outputIntervalHistogram(interval);
      }
    }
  }

  private void locks(Path folder, String workload, int cores, boolean treated, long operations)
      throws IOException {
    ObjectNode locks = JSON.createObjectNode();
    ArrayNode array = locks.put("schema", "slablab/locks/1").putArray("locks");
    double share = cores == 1 ? 0 : 0.09 * (cores - 1);
    lock(
        array,
        "pcpu_lock",
        operations * (treated ? 0.02 : 10),
        treated ? share / 20 : share / 3,
        150 * cores);
    lock(
        array,
        "percpu_counters_lock",
        operations * (treated ? 0.01 : 2),
        treated ? 0 : share / 2,
        90 * cores);
    lock(array, "kmem_cache_node.list_lock", operations * 0.06, share / 10, 60 * cores);
    if (workload.equals("tc")) {
      lock(array, "idrinfo.lock", operations * 2.0, share, 260 * cores);
    }
    write(root.relativize(folder.resolve("locks.json")).toString(), locks);
    ObjectNode allocator = JSON.createObjectNode();
    allocator.put("schema", "slablab/allocator/1");
    allocator
        .putObject("memory")
        .put("idleBytes", treated ? 1_114_112 : 0)
        .put("peakBytes", (treated ? 1_376_256 : 262_144) + 4096 * random.nextInt(3));
    allocator
        .putObject("percpu")
        .put("usedBytes", treated ? 1_310_720 : 196_608)
        .put("idleBytes", treated ? 1_114_112 : 0)
        .put("peakBytes", treated ? 1_376_256 : 262_144)
        .put("populatedPages", treated ? 352 : 64);
    write(root.relativize(folder.resolve("allocator.json")).toString(), allocator);
  }

  private static void lock(
      ArrayNode array, String name, double acquired, double contended, double waitNs) {
    long waits = Math.round(acquired * Math.min(0.95, contended));
    array
        .addObject()
        .put("name", name)
        .put("acquired", Math.round(acquired))
        .put("contended", waits)
        .put("stolen", 0)
        .put("totalWaitNs", Math.round(waits * waitNs))
        .put("avgWaitNs", waitNs);
  }

  private void jmh(Path folder, int cores, ArrayNode iterations) throws IOException {
    ArrayNode array = JSON.createArrayNode();
    ObjectNode entry = array.addObject();
    entry
        .put("jmhVersion", "1.37")
        .put("benchmark", "io.slablab.agent.trial.LifeCycleBenchmark.operation")
        .put("mode", "thrpt")
        .put("threads", cores)
        .put("forks", 1)
        .put("jvm", "/opt/jdk-25/bin/java");
    entry.putArray("jvmArgs").add("-Xmx1g");
    entry
        .put("jdkVersion", "25.0.1")
        .put("vmName", "OpenJDK 64-Bit Server VM")
        .put("vmVersion", "25.0.1+8")
        .put("warmupIterations", 2)
        .put("warmupTime", "1 s")
        .put("warmupBatchSize", 1)
        .put("measurementIterations", 3)
        .put("measurementTime", "1 s")
        .put("measurementBatchSize", 1);
    entry.putObject("params").put("p", "1");
    ObjectNode primary = entry.putObject("primaryMetric");
    primary.put("score", 1.0).put("scoreError", "NaN");
    primary.putArray("scoreConfidence").add("NaN").add("NaN");
    primary.putObject("scorePercentiles").put("0.0", 1.0);
    primary.put("scoreUnit", "ops/s");
    ArrayNode raw = primary.putArray("rawData").addArray();
    iterations.forEach(i -> raw.add(i.path("opsPerSecond").asDouble()));
    entry.putObject("secondaryMetrics");
    write(root.relativize(folder.resolve("jmh.json")).toString(), array);
  }

  private void write(String file, JsonNode json) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.toAbsolutePath().getParent());
    Files.writeString(path, json.toPrettyString());
  }

  /** Makes the sample where the argument says, with its reports. */
  public static void main(String[] args) throws IOException {
    Path root =
        args.length == 1
            ? write(Path.of(args[0]), 10)
            : write(
                Path.of(args[0]),
                10,
                List.of("desk-01", "epyc-2s-192"),
                List.of("baseline", "ctor-dtor", "group-cache-4"));
    RunView run = RunReader.read(root);
    System.out.println(ReportWriter.html(run));
    System.out.println(ReportWriter.markdown(run));
    System.out.println(ShowText.render(run, TextTable.WIDTH, false));
  }
}
