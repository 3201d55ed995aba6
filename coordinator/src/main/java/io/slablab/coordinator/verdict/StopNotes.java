package io.slablab.coordinator.verdict;

import io.slablab.coordinator.verdict.CampaignData.Stop;
import io.slablab.coordinator.verdict.CampaignData.Stopping;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Says why the cells of an adaptive campaign ended: the narrow ones in number, the others by name.
 */
final class StopNotes {
  private static final int MOST_NAMED = 8;

  private StopNotes() {}

  static List<String> of(Stopping stopping, int cells) {
    List<String> notes = new ArrayList<>();
    notes.add(
        ("Blocks were added until %s was known to +-%s %%: so it is in %d of %d cells."
                + " Every interval is 4 %% wider, the price of looking.")
            .formatted(
                stopping.metric(),
                percent(stopping.target()),
                of(stopping, StopReason.PRECISION).size(),
                cells));
    for (StopReason reason : StopReason.values()) {
      List<Stop> stops = of(stopping, reason);
      if (reason != StopReason.PRECISION && !stops.isEmpty()) {
        notes.add("Stopped, " + reason.words() + ": " + names(stops) + ".");
      }
    }
    int open = cells - stopping.stops().size();
    if (open > 0) {
      notes.add("Not decided when the campaign ended: " + open + " of " + cells + " cells.");
    }
    return notes;
  }

  private static List<Stop> of(Stopping stopping, StopReason reason) {
    return stopping.stops().stream().filter(stop -> stop.reason() == reason).toList();
  }

  private static String names(List<Stop> stops) {
    String named =
        stops.stream()
            .limit(MOST_NAMED)
            .map(stop ->
                stop.host()
                    + "/"
                    + stop.cell()
                    + " with "
                    + stop.blocks()
                    + " blocks"
                    + width(stop))
            .collect(Collectors.joining(", "));
    int more = stops.size() - MOST_NAMED;
    return named + (more > 0 ? " and " + more + " more" : "");
  }

  private static String width(Stop stop) {
    Double halfWidth = stop.halfWidth();
    return halfWidth == null ? "" : " (+-%.2f %%)".formatted(100 * Math.expm1(halfWidth));
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
