package io.slablab.agent.placement;

import io.slablab.agent.placement.PlacementProblem.Axis;
import io.slablab.agent.placement.Places.Place;
import io.slablab.agent.topology.CpuList;
import io.slablab.agent.topology.Topology;
import io.slablab.suites.spec.CoreCount;
import io.slablab.suites.spec.LayoutSpec;
import io.slablab.suites.spec.MemoryPolicy;
import io.slablab.suites.spec.Placements;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Resolves the placements of a suite on a host. */
public final class Placer {
  private final Topology topology;
  private final List<Place> usable;
  private final List<PlacementProblem> problems = new ArrayList<>();
  private final List<Placement> placements = new ArrayList<>();
  private final Set<Object> seen = new HashSet<>();

  private Placer(Topology topology, CpuList reserved) {
    this.topology = topology;
    this.usable =
        new Places(topology)
            .all().stream().filter(place -> !reserved.contains(place.cpu())).toList();
  }

  /**
   * Every layout with every core count and memory policy, in that order of nesting, each CPU set
   * once per memory policy.
   *
   * @param reserved CPUs that no trial may use
   * @throws PlacementException with all problems when the host cannot give one of them
   */
  public static List<Placement> resolve(Topology topology, Placements asked, CpuList reserved) {
    return new Placer(topology, reserved).resolve(asked);
  }

  private List<Placement> resolve(Placements asked) {
    for (int layout = 0; layout < asked.layout().size(); layout++) {
      resolveLayout(asked, layout);
    }
    if (!problems.isEmpty()) {
      throw new PlacementException(problems.stream().distinct().toList());
    }
    return List.copyOf(placements);
  }

  private void resolveLayout(Placements asked, int index) {
    LayoutSpec layout = asked.layout().get(index);
    List<Place> candidates = candidates(layout, index);
    if (candidates.isEmpty()) {
      return;
    }
    List<Place> order = LayoutOrder.of(layout, candidates);
    for (int cores = 0; cores < asked.cores().size(); cores++) {
      int count = count(asked.cores().get(cores), order);
      if (count > order.size()) {
        problems.add(tooMany(layout, asked.cores().get(cores), cores, order.size()));
      } else {
        List<Integer> cpus = order.subList(0, count).stream().map(Place::cpu).toList();
        asked.memory().forEach(policy -> add(layout, cpus, policy));
      }
    }
  }

  private void add(LayoutSpec layout, List<Integer> cpus, MemoryPolicy asked) {
    CpuList set = CpuList.of(cpus.stream().mapToInt(cpu -> cpu));
    Optional<String> obstacle = MemoryNodes.obstacle(topology, set, asked);
    MemoryPolicy policy = obstacle.isPresent() ? MemoryPolicy.LOCAL : asked;
    if (seen.add(List.of(set, policy))) {
      placements.add(new Placement(layout.toString(), cpus, policy, obstacle.stream().toList()));
    }
  }

  private List<Place> candidates(LayoutSpec layout, int index) {
    return switch (layout) {
      case LayoutSpec.Socket(int id) ->
          part(
              layout,
              index,
              topology.sockets().stream()
                  .filter(socket -> socket.id() == id)
                  .map(Topology.Socket::cpus)
                  .findFirst(),
              "sockets " + ids(topology.sockets(), Topology.Socket::id));
      case LayoutSpec.Node(int id) ->
          part(
              layout,
              index,
              topology.nodes().stream()
                  .filter(node -> node.id() == id)
                  .map(Topology.Node::cpus)
                  .findFirst(),
              "nodes with CPUs "
                  + ids(
                      topology.nodes().stream().filter(node -> !node.cpus().isEmpty()).toList(),
                      Topology.Node::id));
      case LayoutSpec.Compact _, LayoutSpec.Scatter _, LayoutSpec.PerLlc _, LayoutSpec.Smt _ -> {
        if (usable.isEmpty()) {
          problems.add(
              new PlacementProblem(
                  Axis.LAYOUT,
                  index,
                  layout.toString(),
                  "every CPU of the host is reserved",
                  "reserve fewer of " + topology.online()));
        }
        yield usable;
      }
    };
  }

  private List<Place> part(LayoutSpec layout, int index, Optional<CpuList> cpus, String choices) {
    List<Place> candidates =
        usable.stream()
            .filter(place -> cpus.filter(part -> part.contains(place.cpu())).isPresent())
            .toList();
    if (candidates.isEmpty()) {
      String what =
          cpus.isEmpty()
              ? "layout " + layout + " names what this host has not"
              : cpus.get().isEmpty()
                  ? "layout " + layout + " names a node without CPUs"
                  : "layout " + layout + " has reserved CPUs only";
      problems.add(
          new PlacementProblem(
              Axis.LAYOUT, index, layout.toString(), what, "the host has " + choices));
    }
    return candidates;
  }

  private static <T> String ids(List<T> parts, ToIntFunction<T> id) {
    return parts.stream()
        .map(part -> Integer.toString(id.applyAsInt(part)))
        .collect(Collectors.joining(", "));
  }

  private PlacementProblem tooMany(LayoutSpec layout, CoreCount cores, int index, int has) {
    boolean part = layout instanceof LayoutSpec.Socket || layout instanceof LayoutSpec.Node;
    return new PlacementProblem(
        Axis.CORES,
        index,
        cores.toString(),
        "cores " + cores + " is more than " + (part ? "layout " + layout + " has" : "the host has"),
        "at most " + has + (usable.size() < topology.onlineCpus() ? " are not reserved" : ""));
  }

  private static int count(CoreCount cores, List<Place> order) {
    return switch (cores) {
      case CoreCount.Exactly(int count) -> count;
      case CoreCount.Percent(int percent) -> (int) Math.max(1, (long) order.size() * percent / 100);
      case CoreCount.Unit(CoreCount.Unit.Kind kind) ->
          switch (kind) {
            case LLC -> sameAsFirst(order, Place::llc);
            case NODE -> sameAsFirst(order, Place::node);
            case SOCKET -> sameAsFirst(order, Place::socket);
            case ALL -> order.size();
          };
    };
  }

  private static int sameAsFirst(List<Place> order, ToIntFunction<Place> unit) {
    int first = unit.applyAsInt(order.getFirst());
    return (int) order.stream().filter(place -> unit.applyAsInt(place) == first).count();
  }
}
