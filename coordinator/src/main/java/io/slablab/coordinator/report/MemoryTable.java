package io.slablab.coordinator.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a treatment beside that of the baseline: every count of bytes or pages in
 * allocator.json, averaged over the finished trials.
 */
record MemoryTable(List<Line> lines) {
  private static final int PAGE_BYTES = 4096;

  /**
   * @param name dotted path in allocator.json
   * @param baselineBytes null where no trial has it
   * @param treatmentBytes likewise
   */
  record Line(String name, @Nullable Double baselineBytes, @Nullable Double treatmentBytes) {}

  static MemoryTable of(List<TrialView> baseline, List<TrialView> treatment) {
    Map<String, Double> base = means(baseline);
    Map<String, Double> treat = means(treatment);
    List<Line> lines = new ArrayList<>();
    base.forEach((name, bytes) -> lines.add(new Line(name, bytes, treat.get(name))));
    treat.forEach((name, bytes) -> {
      if (!base.containsKey(name)) {
        lines.add(new Line(name, null, bytes));
      }
    });
    lines.removeIf(line -> isZero(line.baselineBytes()) && isZero(line.treatmentBytes()));
    return new MemoryTable(List.copyOf(lines));
  }

  private static boolean isZero(@Nullable Double bytes) {
    return bytes == null || bytes == 0;
  }

  private static Map<String, Double> means(List<TrialView> trials) {
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (TrialView trial : trials) {
      trial
          .allocator()
          .forEach((name, value) -> {
            double scale = bytesPerUnit(name);
            if (scale > 0) {
              double[] sum = sums.computeIfAbsent(name, _ -> new double[2]);
              sum[0] += value * scale;
              sum[1]++;
            }
          });
    }
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> means.put(name, sum[0] / sum[1]));
    return means;
  }

  /** 0 for what is no memory. */
  private static double bytesPerUnit(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (last.endsWith("bytes")) {
      return 1;
    }
    return last.endsWith("pages") ? PAGE_BYTES : 0;
  }
}
