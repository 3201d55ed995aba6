package io.slablab.agent.placement;

import java.util.List;
import java.util.stream.Collectors;

/** A host cannot give the placements that a suite asks for; carries every reason. */
public final class PlacementException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<PlacementProblem> problems;

  PlacementException(List<PlacementProblem> problems) {
    super(problems.stream().map(PlacementProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** At least one, in the order of the suite. */
  public List<PlacementProblem> problems() {
    return problems;
  }
}
