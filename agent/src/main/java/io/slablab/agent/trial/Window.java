package io.slablab.agent.trial;

import io.slablab.agent.conditions.CpuEvidence;
import io.slablab.agent.conditions.WindowEvidence;
import io.slablab.agent.placement.Rusage;
import io.slablab.agent.topology.CpuList;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the kernel had counted when the measured window was opened. */
record Window(
    CpuList cpus,
    CpuEvidence evidence,
    WindowEvidence machine,
    Rusage own,
    PauseWatch pauses,
    long nanoTime) {
  private static final Path ROOT = Path.of("/");

  static Optional<Window> open(Fork fork) {
    CpuList cpus = CpuList.of(fork.order().cpus().stream().mapToInt(cpu -> cpu));
    WindowEvidence machine = WindowEvidence.open(ROOT, cpus, threads(fork));
    return CpuEvidence.read(ROOT, cpus)
        .map(evidence ->
            new Window(
                cpus, evidence, machine, Rusage.ofProcess(), PauseWatch.open(), System.nanoTime()));
  }

  /** Without warm-up there are no workers yet. */
  private static List<Integer> threads(Fork fork) {
    return fork.hasWorkers()
        ? fork.workers().stream().flatMap(worker -> worker.thread().stream().boxed()).toList()
        : List.of();
  }

  /** What happened since; empty where the kernel stopped telling. */
  Optional<ForkReport.Evidence> close() {
    long longestPauseNs = pauses.close();
    return CpuEvidence.read(ROOT, cpus)
        .map(now -> since(now.minus(evidence), Rusage.ofProcess().minus(own), longestPauseNs));
  }

  private ForkReport.Evidence since(CpuEvidence spent, Rusage ours, long longestPauseNs) {
    long foreignNs = spent.foreignNs(ours.userNs() + ours.systemNs());
    double windowNs = System.nanoTime() - nanoTime;
    double cpuTimeNs = windowNs * cpus.size();
    return new ForkReport.Evidence(
        spent.stealNs(),
        spent.stealNs() / cpuTimeNs,
        foreignNs,
        foreignNs / cpuTimeNs,
        longestPauseNs,
        longestPauseNs / windowNs,
        spent.contextSwitches(),
        spent.interrupts(),
        machine.close());
  }
}
