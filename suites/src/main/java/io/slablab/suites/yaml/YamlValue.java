package io.slablab.suites.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value at its place in a document. What is asked of it and is not there becomes a problem of the
 * document, and the answer is empty.
 */
public final class YamlValue {
  private final YamlDocument document;
  private final Node node;

  YamlValue(YamlDocument document, Node node) {
    this.document = document;
    this.node = node;
  }

  public boolean isMap() {
    return node instanceof MappingNode;
  }

  public boolean isList() {
    return node instanceof SequenceNode;
  }

  /** Whether nothing was written here ({@code key:}, {@code ~} or {@code null}). */
  public boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  /** Whether this is the key {@code <<}. */
  boolean isMerge() {
    return node.getTag().equals(Tag.MERGE);
  }

  /** A text, number or word. */
  public boolean isScalar() {
    return node instanceof ScalarNode && !isNull();
  }

  /** Adds a problem at this place. */
  public void problem(String what, String hint) {
    document.problem(node, what, hint);
  }

  /** The map here. */
  public Optional<YamlMap> map(String hint) {
    if (node instanceof MappingNode map) {
      return Optional.of(new YamlMap(document, map));
    }
    wrong("a map", hint);
    return Optional.empty();
  }

  /** The items of the list here; empty with a problem when this is no list or an empty one. */
  public List<YamlValue> list(String hint) {
    List<Node> nodes = nodes();
    if (nodes == null) {
      wrong("a list", hint);
      return List.of();
    }
    if (nodes.isEmpty()) {
      problem("the list is empty", hint);
    }
    List<YamlValue> items = new ArrayList<>();
    nodes.forEach(item -> items.add(new YamlValue(document, item)));
    return items;
  }

  private @org.jspecify.annotations.Nullable List<Node> nodes() {
    return switch (node) {
      case SequenceNode list -> list.getValue();
      case ScalarNode scalar -> document.overrides().listOf(scalar);
      default -> null;
    };
  }

  /** The text here, as written. */
  public Optional<String> text(String hint) {
    return parse(Function.identity(), hint);
  }

  /**
   * The text here, parsed.
   *
   * @param parser throws IllegalArgumentException with what is wrong, in words for the user
   */
  public <T> Optional<T> parse(Function<String, T> parser, String hint) {
    if (!isScalar()) {
      wrong("a single value", hint);
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(((ScalarNode) node).getValue()));
    } catch (IllegalArgumentException e) {
      problem(String.valueOf(e.getMessage()), hint);
      return Optional.empty();
    }
  }

  /** A word out of a closed set, with what was probably meant. */
  public Optional<String> word(String kind, List<String> known) {
    Optional<String> text = text("known here: " + String.join(", ", known));
    if (text.isPresent() && !known.contains(text.get())) {
      problem("'" + text.get() + "' is not " + kind, DidYouMean.hint(text.get(), known));
      return Optional.empty();
    }
    return text;
  }

  private void wrong(String wanted, String hint) {
    problem("expected " + wanted + ", found " + kind(), hint);
  }

  private String kind() {
    if (isNull()) {
      return "nothing";
    }
    return switch (node) {
      case MappingNode _ -> "a map";
      case SequenceNode _ -> "a list";
      default -> "'" + ((ScalarNode) node).getValue() + "'";
    };
  }
}
