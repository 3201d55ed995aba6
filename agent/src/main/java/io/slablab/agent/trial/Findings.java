package io.slablab.agent.trial;

import io.slablab.allocator.debug.DebugFeature;
import io.slablab.allocator.debug.DebugFeatures;
import io.slablab.allocator.debug.DebugReport;
import io.slablab.allocator.lockdep.LockdepLevel;
import io.slablab.allocator.lockdep.Report;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.AllocatorStack;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.suites.spec.KernelOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the checks of a variant found in a trial.
 *
 * @param counts by check, how often each kind was reported; no kind where a check found nothing
 * @param texts the first report of each kind, as the kernel would begin it
 */
record Findings(Map<String, Map<String, Long>> counts, List<String> texts) {

  /**
   * Looks once more at what can be looked at only at rest: all slabs, and what nobody refers to.
   *
   * @return null where nothing checks
   */
  static @Nullable Findings of(Cpu cpu, AllocatorStack stack, KernelOptions options) {
    Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
    DebugFeatures debug = stack.debug();
    if (StackOptions.watchesSlabs(options)) {
      validateAll(cpu, stack);
      debug.takeSlabErrors(cpu);
      counts.put(KernelOptions.SLUB_DEBUG, debug.reports().counts(DebugFeature.SLUB_DEBUG));
    }
    debug.kmemleak().ifPresent(leaks -> leaks.scan(cpu, List.of()));
    for (String word : StackOptions.checks(options)) {
      DebugFeature feature = StackOptions.constant(DebugFeature.class, word);
      counts.put(word, debug.reports().counts(feature));
    }
    if (StackOptions.constant(LockdepLevel.class, options.lockdep()) != LockdepLevel.OFF) {
      counts.put(
          KernelOptions.LOCKDEP,
          stack.lockReports().stream()
              .collect(
                  Collectors.groupingBy(r -> r.getClass().getSimpleName(), Collectors.counting())));
    }
    return counts.isEmpty() ? null : new Findings(counts, texts(stack));
  }

  private static void validateAll(Cpu cpu, AllocatorStack stack) {
    for (KmemCache cache : stack.slub().caches()) {
      if ((cache.args().flags() & SlabFlags.DEBUG_FLAGS) != 0) {
        cache.validate(cpu);
      }
    }
  }

  private static List<String> texts(AllocatorStack stack) {
    List<String> texts = new ArrayList<>();
    Set<String> kinds = new LinkedHashSet<>();
    for (DebugReport report : stack.debug().reports().list()) {
      if (kinds.add(report.feature() + " " + report.kindName())) {
        texts.add(report.text());
      }
    }
    stack.lockReports().stream().map(Report::text).forEach(texts::add);
    return texts;
  }

  /** One for each check that found something. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    counts.forEach((check, kinds) -> {
      if (!kinds.isEmpty()) {
        warnings.add(check + " reported: " + String.join(", ", kinds.keySet()));
      }
    });
    return warnings;
  }
}
