package io.slablab.allocator.lockdep;

import io.slablab.allocator.lockdep.Report.Where;
import io.slablab.allocator.machine.Cpu;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What was found so far; one of each. Any thread. */
final class Reports {
  private static final int TRACE_FRAMES = 12;
  private static final String MACHINE_PACKAGE = Cpu.class.getPackageName();
  private static final Set<Class<?>> CHECKER =
      Set.of(
          Reports.class,
          Lockdep.class,
          LockMap.class,
          LockRules.class,
          LeafRules.class,
          CacheRules.class,
          ClassGraph.class,
          CheckedMachine.class,
          CheckedRwSemaphore.class,
          CheckedMutex.class,
          CheckedSpinLock.class,
          CheckedEmbeddedSpinLock.class);

  private final boolean strict;
  private final List<Report> all = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();

  /**
   * @param strict whether who breaks a rule gets an exception
   */
  Reports(boolean strict) {
    this.strict = strict;
  }

  /**
   * @throws LockdepException in strict mode
   */
  void add(Report report) {
    synchronized (this) {
      if (keys.add(report.key())) {
        all.add(report);
      }
    }
    if (strict) {
      throw new LockdepException(report);
    }
  }

  /** A report after which going on would hang. */
  LockdepException fatal(Report report) {
    add(report);
    return new LockdepException(report);
  }

  synchronized List<Report> all() {
    return List.copyOf(all);
  }

  static Where where(Cpu cpu, CpuLocks locks) {
    return new Where(cpu.id(), locks.context(), names(locks.all()), trace());
  }

  static List<String> names(List<HeldLock> held) {
    return held.stream().map(lock -> lock.node().name).toList();
  }

  /** The nearest calls outside of the checker and the machine. */
  static List<String> trace() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(calls ->
            calls
                .filter(call -> isOutside(call.getDeclaringClass()))
                .limit(TRACE_FRAMES)
                .map(StackWalker.StackFrame::toString)
                .collect(Collectors.toUnmodifiableList()));
  }

  private static boolean isOutside(Class<?> caller) {
    return !CHECKER.contains(caller) && !caller.getPackageName().startsWith(MACHINE_PACKAGE);
  }
}
