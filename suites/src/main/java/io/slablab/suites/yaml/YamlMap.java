package io.slablab.suites.yaml;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** A map with places. A key asked for is a known key; {@link #close()} reports the others. */
public final class YamlMap {

  /**
   * A key with its value.
   *
   * @param key stands for itself, so that its place can be named
   */
  public record Entry(String name, YamlValue key, YamlValue value) {}

  private final YamlDocument document;
  private final MappingNode node;
  private final Set<String> known = new LinkedHashSet<>();

  YamlMap(YamlDocument document, MappingNode node) {
    this.document = document;
    this.node = node;
  }

  /** Adds a problem where the map starts. */
  public void problem(String what, String hint) {
    document.problem(node, what, hint);
  }

  /** The value under a key; absent and null alike are nothing. */
  public Optional<YamlValue> get(String key) {
    known.add(key);
    return entries().stream()
        .filter(entry -> entry.name().equals(key) && !entry.value().isNull())
        .map(Entry::value)
        .findFirst();
  }

  /** The value under a key that must be there. */
  public Optional<YamlValue> need(String key, String hint) {
    Optional<YamlValue> value = get(key);
    if (value.isEmpty()) {
      problem("key '" + key + "' is missing", hint);
    }
    return value;
  }

  /** All entries with word keys, in the order of the text. */
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (NodeTuple tuple : node.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        entries.add(
            new Entry(
                key.getValue(),
                new YamlValue(document, key),
                new YamlValue(document, tuple.getValueNode())));
      }
    }
    return entries;
  }

  /** Reports every key that nobody asked for; of merge keys the tree's check has told. */
  public void close() {
    close(Map.of());
  }

  /**
   * As {@link #close()}.
   *
   * @param hints what would do in place of keys that somebody may expect here
   */
  void close(Map<String, String> hints) {
    for (Entry entry : entries()) {
      if (!known.contains(entry.name()) && !entry.key().isMerge()) {
        entry
            .key()
            .problem(
                "unknown key '" + entry.name() + "'",
                Optional.ofNullable(hints.get(entry.name()))
                    .orElseGet(() -> DidYouMean.hint(entry.name(), known)));
      }
    }
  }
}
