package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.page.Gfp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel would print: the first failed allocations, the first illegal request and the
 * first invalid free. Later ones are counted alone, so that a failing workload makes no garbage.
 */
final class FailureReport {
  private static final int FAILURE_LIMIT = 10;

  private final Word failureWarnings;
  private final Word illegalWarnings;
  private final Word freeWarnings;

  /** An entry is written by who counted its word up to it. */
  private final @Nullable String[] lines = new String[FAILURE_LIMIT + 3];

  /** Each entry by its CPU alone. */
  private final long[] failuresOfCpu;

  FailureReport(Machine machine) {
    this.failureWarnings = machine.word(machine.line("pcpu warn_limit"), 0);
    this.illegalWarnings = machine.word(machine.line("pcpu illegal size"), 0);
    this.freeWarnings = machine.word(machine.line("pcpu invalid free"), 0);
    this.failuresOfCpu = new long[machine.possibleCpus()];
  }

  /** A request whose size or alignment there is not. Returns 0. */
  long illegal(Cpu cpu, int bytes, int align, int gfp) {
    failuresOfCpu[cpu.id()]++;
    if (warns(gfp) && first(cpu, illegalWarnings)) {
      lines[FAILURE_LIMIT + 1] = "percpu: illegal request: bytes=" + bytes + " align=" + align;
    }
    return 0;
  }

  /** A request over its cgroup's limit, or whose task was told to die: no warning. Returns 0. */
  long quiet(Cpu cpu) {
    failuresOfCpu[cpu.id()]++;
    return 0;
  }

  /** Returns 0. */
  long noRoom(Cpu cpu, String reason, int bits, int alignBits, int gfp) {
    failuresOfCpu[cpu.id()]++;
    if (warns(gfp) && failureWarnings.getAcquire(cpu) < FAILURE_LIMIT) {
      int line = (int) failureWarnings.getAndAdd(cpu, 1);
      if (line < FAILURE_LIMIT) {
        lines[line] =
            "percpu: allocation failed: bytes="
                + bits * AreaMap.BYTES_PER_BIT
                + " align="
                + alignBits * AreaMap.BYTES_PER_BIT
                + (Gfp.blocking(gfp) ? " blocking" : " atomic")
                + " reason="
                + reason;
      }
      if (line == FAILURE_LIMIT - 1) {
        lines[FAILURE_LIMIT] = "percpu: limit of failure warnings reached";
      }
    }
    return 0;
  }

  /** What was freed was no area. */
  void invalidFree(Cpu cpu, long pointer) {
    if (first(cpu, freeWarnings)) {
      lines[FAILURE_LIMIT + 2] = "percpu: free of what is no area: pointer=" + pointer;
    }
  }

  private static boolean warns(int gfp) {
    return (gfp & Gfp.NOWARN) == 0;
  }

  private static boolean first(Cpu cpu, Word word) {
    return word.getAcquire(cpu) == 0 && word.compareAndSet(cpu, 0, 1);
  }

  /** At rest. */
  long failures() {
    long sum = 0;
    for (long failures : failuresOfCpu) {
      sum += failures;
    }
    return sum;
  }

  /** At rest. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (String line : lines) {
      if (line != null) {
        warnings.add(line);
      }
    }
    return warnings;
  }
}
