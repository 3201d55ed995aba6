package io.slablab.coordinator.plan;

import io.slablab.agent.placement.PlacementException;
import io.slablab.agent.placement.PlacementProblem;
import io.slablab.suites.yaml.Problem;
import io.slablab.suites.yaml.SuiteReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says where in the suite a placement stands that a host cannot give. */
public final class PlacementPlaces {
  private PlacementPlaces() {}

  /**
   * @param fileName how problems name the suite
   * @param text of the suite, as read
   * @param overrides as given to the reader
   */
  public static List<Problem> problems(
      String fileName, String text, Map<String, String> overrides, PlacementException refused) {
    return refused.problems().stream()
        .map(problem ->
            SuiteReader.problemAt(
                fileName, text, overrides, path(problem), problem.what(), problem.hint()))
        .distinct()
        .toList();
  }

  private static String path(PlacementProblem problem) {
    return "placements." + problem.axis().name().toLowerCase(Locale.ROOT) + "." + problem.index();
  }
}
