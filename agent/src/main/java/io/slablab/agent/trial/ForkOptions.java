package io.slablab.agent.trial;

import io.slablab.agent.protocol.TrialOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** One trial in JMH's words. */
final class ForkOptions {
  /**
   * The heap is never collected inside a window: workers allocate nothing per operation and what
   * set-up and warm-up left is collected before the first.
   */
  private static final List<String> JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-Xms1g",
          "-Xmx1g",
          "-Xmn384m",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-CreateCoredumpOnCrash",
          "-Djmh.executor=CUSTOM",
          "-Djmh.executor.class=" + PinnedExecutor.class.getName());

  /** Longest part of an interval that is kept free for what lies between two windows. */
  private static final long MAX_SLACK_NS = 30_000_000;

  private static final int MAX_SLACK_SHARE = 4;

  private ForkOptions() {}

  static Options of(TrialOrder order, Path directory, List<String> moreJvmArgs) {
    String method = order.recording() ? LifeCycleBenchmark.RECORDED : LifeCycleBenchmark.UNRECORDED;
    int warmups = (int) Math.ceilDiv(order.warmupNs(), order.intervalNs());
    return new OptionsBuilder()
        .include(
            "^" + LifeCycleBenchmark.class.getName().replace(".", "\\.") + "\\." + method + "$")
        .forks(1)
        .threads(order.cpus().size())
        .warmupIterations(warmups)
        .warmupTime(nanos(warmups == 0 ? order.intervalNs() : order.warmupNs() / warmups))
        .measurementIterations(intervals(order))
        .measurementTime(nanos(order.intervalNs() - slackNs(order.intervalNs())))
        .shouldDoGC(false)
        .shouldFailOnError(true)
        .syncIterations(true)
        .jvmArgs(jvmArgs(directory, moreJvmArgs).toArray(String[]::new))
        .addProfiler(ForkLaunch.class, directory.toString())
        .addProfiler(IntervalProfiler.class)
        .param("host", order.host())
        .param("workload", order.workload())
        .param("variant", order.variant())
        .param("layout", order.layout())
        .param("cores", Integer.toString(order.cpus().size()))
        .param("memory", order.memory())
        .resultFormat(ResultFormatType.JSON)
        .result(TrialFiles.part(directory, TrialFiles.JMH).toString())
        .build();
  }

  static int intervals(TrialOrder order) {
    return (int) Math.max(1, order.measureNs() / order.intervalNs());
  }

  /** The part of an interval in which nothing is measured, so that the next one starts in time. */
  static long slackNs(long intervalNs) {
    return Math.min(MAX_SLACK_NS, intervalNs / MAX_SLACK_SHARE);
  }

  private static List<String> jvmArgs(Path directory, List<String> more) {
    List<String> args = new ArrayList<>(JVM);
    args.add("-Djava.io.tmpdir=" + directory.resolve(TrialFiles.SCRATCH));
    args.add("-XX:ErrorFile=" + directory.resolve("hs_err.txt"));
    args.add("-D" + Fork.DIRECTORY_PROPERTY + "=" + directory);
    args.addAll(more);
    return args;
  }

  private static TimeValue nanos(long ns) {
    return new TimeValue(ns, TimeUnit.NANOSECONDS);
  }
}
