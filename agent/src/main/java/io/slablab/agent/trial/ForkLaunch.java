package io.slablab.agent.trial;

import java.io.File;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.ExternalProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;

/**
 * Sends the fork's output to files from its first byte on, so that also what a dying JVM says last
 * is kept. JMH would hold it in its own temporary files.
 */
public final class ForkLaunch implements ExternalProfiler {
  private static final String REDIRECT =
      "out=$1; err=$2; shift 2; exec \"$@\" >\"$out\" 2>\"$err\"";

  private final String directory;

  /**
   * Called by JMH, by name.
   *
   * @param directory where the files go
   */
  public ForkLaunch(String directory) {
    this.directory = directory;
  }

  @Override
  public Collection<String> addJVMInvokeOptions(BenchmarkParams params) {
    return List.of(
        "/bin/sh",
        "-c",
        REDIRECT,
        "sh",
        directory + "/" + TrialFiles.STDOUT,
        directory + "/" + TrialFiles.STDERR);
  }

  @Override
  public Collection<String> addJVMOptions(BenchmarkParams params) {
    return List.of();
  }

  @Override
  public void beforeTrial(BenchmarkParams params) {
    // nothing to start
  }

  @Override
  public Collection<? extends Result<?>> afterTrial(
      BenchmarkResult result, long pid, File stdOut, File stdErr) {
    return List.of();
  }

  @Override
  public boolean allowPrintOut() {
    return false;
  }

  @Override
  public boolean allowPrintErr() {
    return false;
  }

  @Override
  public String getDescription() {
    return "Slablab output files";
  }
}
