package io.slablab.coordinator.stats.hosts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trials of a vaccine against tuberculosis, long known to work the better the further a trial was
 * from the equator: cases and others of the vaccinated, of the rest, and the latitude.
 */
final class Vaccine {
  private static final int[][] TRIALS = {
    {4, 119, 11, 128, 44},
    {6, 300, 29, 274, 55},
    {3, 228, 11, 209, 42},
    {62, 13536, 248, 12619, 52},
    {33, 5036, 47, 5761, 13},
    {180, 1361, 372, 1079, 44},
    {8, 2537, 10, 619, 19},
    {505, 87886, 499, 87892, 13},
    {29, 7470, 45, 7232, 27},
    {17, 1699, 65, 1600, 42},
    {186, 50448, 141, 27197, 18},
    {5, 2493, 3, 2338, 33},
    {27, 16886, 29, 17825, 33}
  };

  private Vaccine() {}

  /** Log risk ratios; a property {@code latitude} and one that says nothing. */
  static List<HostEffect> trials() {
    List<HostEffect> trials = new ArrayList<>();
    for (int[] t : TRIALS) {
      double a = t[0];
      double n1 = t[0] + t[1];
      double c = t[2];
      double n2 = t[2] + t[3];
      trials.add(
          new HostEffect(
              "trial" + trials.size(),
              Math.log(a / n1 / (c / n2)),
              1 / a - 1 / n1 + 1 / c - 1 / n2,
              n1 + n2 - 2,
              Map.of(
                  "latitude",
                  new Property.Amount(t[4]),
                  "parity",
                  new Property.Label(trials.size() % 2 == 0 ? "even" : "odd"))));
    }
    return trials;
  }
}
