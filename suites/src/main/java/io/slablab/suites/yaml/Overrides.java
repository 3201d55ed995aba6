package io.slablab.suites.yaml;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Values given on the command line, laid over a tree. Nodes made here remember their option, which
 * is the place their problems name: they stand in no file.
 */
final class Overrides {
  private final Map<Node, String> options = new IdentityHashMap<>();

  /** The option that made a node, or null for a node of the file. */
  @Nullable String optionOf(Node node) {
    return options.get(node);
  }

  /** A scalar given by option is a list of its parts where a list is wanted: {@code cores=1,2}. */
  @Nullable List<Node> listOf(ScalarNode scalar) {
    String option = options.get(scalar);
    if (option == null) {
      return null;
    }
    List<Node> items = new ArrayList<>();
    for (String item : scalar.getValue().split(",", -1)) {
      items.add(scalar(scalar, option, item.strip()));
    }
    return items;
  }

  /** The value that a step of a path leads to, or null. */
  @Nullable Node step(Node at, String step) {
    return switch (at) {
      case MappingNode map ->
          map.getValue().stream()
              .filter(e -> e.getKeyNode() instanceof ScalarNode k && k.getValue().equals(step))
              .map(NodeTuple::getValueNode)
              .findFirst()
              .orElse(null);
      case SequenceNode list -> inList(list, step, "", null);
      default -> null;
    };
  }

  void apply(YamlDocument document, Node root, String path, String value) {
    String option = "-P " + path + "=" + value;
    String[] steps = path.split("\\.", -1);
    Node at = root;
    for (int i = 0; i < steps.length; i++) {
      boolean last = i == steps.length - 1;
      Node next =
          switch (at) {
            case MappingNode map -> inMap(map, steps[i], option, last ? value : null);
            case SequenceNode list -> inList(list, steps[i], option, last ? value : null);
            default -> null;
          };
      if (next == null) {
        document.optionProblem(
            option,
            "there is no '" + steps[i] + "' to set",
            "write a path of keys, as design.seed");
        return;
      }
      at = next;
    }
  }

  /**
   * The value under a key, added where there is none; set when a value is given.
   *
   * @param value to set, or null to step into a map or list
   */
  private @Nullable Node inMap(MappingNode map, String key, String option, @Nullable String value) {
    List<NodeTuple> entries = new ArrayList<>(map.getValue());
    for (int i = 0; i < entries.size(); i++) {
      NodeTuple entry = entries.get(i);
      if (entry.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key)) {
        if (value == null && !isNull(entry.getValueNode())) {
          return entry.getValueNode();
        }
        Node set = value == null ? emptyMap(map, option) : scalar(map, option, value);
        entries.set(i, new NodeTuple(k, set));
        map.setValue(entries);
        return set;
      }
    }
    Node added = value == null ? emptyMap(map, option) : scalar(map, option, value);
    entries.add(new NodeTuple(scalar(map, option, key), added));
    map.setValue(entries);
    return added;
  }

  private @Nullable Node inList(
      SequenceNode list, String step, String option, @Nullable String value) {
    if (!step.matches("\\d{1,4}") || Integer.parseInt(step) >= list.getValue().size()) {
      return null;
    }
    int index = Integer.parseInt(step);
    if (value == null) {
      return list.getValue().get(index);
    }
    Node set = scalar(list, option, value);
    list.getValue().set(index, set);
    return set;
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private ScalarNode scalar(Node near, String option, String text) {
    ScalarNode node =
        new ScalarNode(
            Tag.STR, text, near.getStartMark(), near.getEndMark(), DumperOptions.ScalarStyle.PLAIN);
    options.put(node, option);
    return node;
  }

  private MappingNode emptyMap(Node near, String option) {
    MappingNode node =
        new MappingNode(
            Tag.MAP,
            true,
            new ArrayList<>(),
            near.getStartMark(),
            near.getEndMark(),
            DumperOptions.FlowStyle.BLOCK);
    options.put(node, option);
    return node;
  }
}
