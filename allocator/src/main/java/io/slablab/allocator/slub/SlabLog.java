package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the caches of a machine report: errors, warnings, and the events of caches with {@link
 * SlabFlags#TRACE}. All are counted; the first {@link #KEPT} of each kind are kept.
 *
 * <p>Threads: writers may hold spin locks, so that nothing here waits. Reading is for any thread.
 */
public final class SlabLog {
  /** The first ones tell more than the last: what follows is often their consequence. */
  public static final int KEPT = 1000;

  private final Word errorCount;
  private final Word traceCount;
  private final Word warningCount;
  private final Queue<SlabError> errors = new ConcurrentLinkedQueue<>();
  private final Queue<SlabTrace> traces = new ConcurrentLinkedQueue<>();
  private final Queue<SlabWarning> warnings = new ConcurrentLinkedQueue<>();

  SlabLog(Machine machine) {
    this.errorCount = machine.word(machine.line("slab_errors"), 0);
    this.traceCount = machine.word(machine.line("slab_traces"), 0);
    this.warningCount = machine.word(machine.line("slab_warnings"), 0);
  }

  void add(Cpu cpu, SlabError error) {
    if (errorCount.getAndAdd(cpu, 1) < KEPT) {
      errors.add(error);
    }
  }

  void add(Cpu cpu, SlabTrace trace) {
    if (traceCount.getAndAdd(cpu, 1) < KEPT) {
      traces.add(trace);
    }
  }

  void warn(Cpu cpu, SlabWarning warning) {
    if (warningCount.getAndAdd(cpu, 1) < KEPT) {
      warnings.add(warning);
    }
  }

  /** Errors so far; a repair counts as one more. */
  public long errorCount() {
    return errorCount.peek();
  }

  /** The first errors, oldest first. */
  public List<SlabError> errors() {
    return List.copyOf(errors);
  }

  public long traceCount() {
    return traceCount.peek();
  }

  /** The first events, oldest first. */
  public List<SlabTrace> traces() {
    return List.copyOf(traces);
  }

  public long warningCount() {
    return warningCount.peek();
  }

  /** The first warnings, oldest first. */
  public List<SlabWarning> warnings() {
    return List.copyOf(warnings);
  }

  /** Forgets everything; at rest. */
  public void clear(Cpu cpu) {
    errorCount.setRelease(cpu, 0);
    traceCount.setRelease(cpu, 0);
    warningCount.setRelease(cpu, 0);
    errors.clear();
    warnings.clear();
    traces.clear();
  }
}
