package io.slablab.suites.yaml;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What holds for every map of every file: keys are texts, each once, no merge keys, no tags, and no
 * value within itself. Visits each node once, however many aliases name it.
 */
final class TreeCheck {
  private static final String STANDARD = "tag:yaml.org,2002:";

  private final YamlDocument document;
  private final Set<Node> done = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean finite = true;

  TreeCheck(YamlDocument document) {
    this.document = document;
  }

  /** False when the tree holds itself: nobody may walk it then. */
  boolean accepts(Node root) {
    visit(root);
    return finite;
  }

  private void visit(Node node) {
    if (open.contains(node)) {
      finite = false;
      document.problem(node, "an alias here contains itself", "write the value out");
      return;
    }
    if (!done.add(node)) {
      return;
    }
    open.add(node);
    if (!node.getTag().getValue().startsWith(STANDARD)) {
      document.problem(node, "tag '" + node.getTag().getValue() + "' is not supported", "");
    }
    switch (node) {
      case MappingNode map -> visitMap(map);
      case SequenceNode list -> list.getValue().forEach(this::visit);
      default -> {}
    }
    open.remove(node);
  }

  private void visitMap(MappingNode map) {
    Map<String, ScalarNode> first = new HashMap<>();
    for (NodeTuple entry : map.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        document.problem(entry.getKeyNode(), "a key must be a word", "");
        visit(entry.getKeyNode());
      } else if (key.getTag().equals(Tag.MERGE)) {
        document.problem(key, "merge keys are not supported", "write the keys out");
      } else {
        ScalarNode before = first.putIfAbsent(key.getValue(), key);
        if (before != null) {
          int line = before.getStartMark().getLine() + 1;
          document.problem(
              key,
              "key '" + key.getValue() + "' stands here twice",
              "the first is in line " + line);
        }
      }
      visit(entry.getValueNode());
    }
  }
}
