package io.slablab.coordinator.store.imported;

import io.slablab.coordinator.stats.Samples;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What is common to foreign formats. */
final class Names {
  private Names() {}

  /** Whether a name can be a folder's. */
  static boolean safe(String name) {
    return name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*");
  }

  /** The name as a folder's. */
  static String folder(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.", "_");
  }

  /** All columns of a row but those. */
  static Map<String, String> params(CsvTable.Row row, Set<String> without) {
    Map<String, String> params = new LinkedHashMap<>();
    for (String column : row.columns()) {
      if (!without.contains(column) && !row.text(column).isEmpty()) {
        params.put(column, row.text(column));
      }
    }
    return params;
  }

  /** One value of many; a value that is no number makes the mean none. */
  static double[] mean(double[] values) {
    return values.length == 0 ? values : new double[] {Samples.mean(values)};
  }
}
