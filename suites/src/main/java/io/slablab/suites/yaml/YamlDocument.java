package io.slablab.suites.yaml;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * One YAML text with the problems found in it so far. Confined to one thread.
 *
 * <p>A reader starts at {@link #root()}, asks the values for what it expects, and at the end asks
 * {@link #problems()}: the text is good when there are none.
 */
public final class YamlDocument {
  private static final int MOST_CODE_POINTS = 64 * 1024;
  private static final int MOST_ALIASES = 10;
  private static final int DEEPEST = 20;

  /** What SnakeYAML counts as one: excerpts come from the line that its marks mean. */
  private static final Pattern LINE_BREAK = Pattern.compile("\r\n|[\r\n\u0085\u2028\u2029]");

  private static final String LIMITS =
      "a file may have "
          + MOST_CODE_POINTS
          + " characters, "
          + DEEPEST
          + " levels and "
          + MOST_ALIASES
          + " aliases of lists and maps";

  private final String file;
  private final List<String> lines;
  private final List<Problem> problems = new ArrayList<>();
  private final Set<Problem> seen = new HashSet<>();
  private final Overrides overrides = new Overrides();
  private @Nullable Node root;

  private YamlDocument(String file, String text) {
    this.file = file;
    this.lines = LINE_BREAK.splitAsStream(text).toList();
  }

  /** Composes a text; whatever is wrong with it is in {@link #problems()}. */
  public static YamlDocument parse(String file, String text) {
    return parse(file, text, Map.of());
  }

  /**
   * Composes a text and lays scalars over it.
   *
   * @param overrides path to value, as {@code trial.measure} to {@code 1s}; a number in a path
   *     counts the items of a list from 0; what is missing on the way is added
   */
  public static YamlDocument parse(String file, String text, Map<String, String> overrides) {
    YamlDocument document = new YamlDocument(file, text);
    Node root = document.compose(text);
    if (root != null && new TreeCheck(document).accepts(root)) {
      overrides.forEach((path, value) -> document.overrides.apply(document, root, path, value));
      document.root = root;
    }
    return document;
  }

  /** The outermost value, or nothing where the text is no single sound YAML document. */
  public Optional<YamlValue> root() {
    return Optional.ofNullable(root).map(node -> new YamlValue(this, node));
  }

  /**
   * The value at a path of keys and list positions, as {@code placements.cores.1}; the last value
   * on the way where the path goes on and the text does not.
   */
  public Optional<YamlValue> locate(String path) {
    Node at = root;
    for (String step : path.split("\\.")) {
      Node next = at == null ? null : overrides.step(at, step);
      at = next == null ? at : next;
    }
    return Optional.ofNullable(at).map(node -> new YamlValue(this, node));
  }

  /** All problems so far, in the order of the text. */
  public List<Problem> problems() {
    List<Problem> sorted = new ArrayList<>(problems);
    sorted.sort(
        Comparator.comparing((Problem problem) -> problem.line() == 0)
            .thenComparingInt(Problem::line)
            .thenComparingInt(Problem::column));
    return List.copyOf(sorted);
  }

  void problem(Node node, String what, String hint) {
    String option = overrides.optionOf(node);
    if (option != null) {
      add(new Problem(option, 0, 0, what, "", hint));
    } else {
      problem(node.getStartMark().getLine(), node.getStartMark().getColumn(), what, hint);
    }
  }

  void optionProblem(String option, String what, String hint) {
    add(new Problem(option, 0, 0, what, "", hint));
  }

  Overrides overrides() {
    return overrides;
  }

  /** Line and column count from 0 here, as SnakeYAML's marks do. */
  private void problem(int line, int column, String what, String hint) {
    String excerpt = line < lines.size() ? lines.get(line) : "";
    add(new Problem(file, line + 1, column + 1, what, excerpt, hint));
  }

  /** A node read twice (an alias) is wrong once. */
  private void add(Problem problem) {
    if (seen.add(problem)) {
      problems.add(problem);
    }
  }

  private @Nullable Node compose(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_CODE_POINTS);
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setNestingDepthLimit(DEEPEST);
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    try {
      Node node = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
      if (node == null) {
        problem(0, 0, "the file is empty", "");
      }
      return node;
    } catch (MarkedYAMLException e) {
      malformed(e);
    } catch (ReaderException e) {
      special(text, e);
    } catch (YAMLException e) {
      problem(0, 0, sentence(e.getMessage()), LIMITS);
    }
    return null;
  }

  private void malformed(MarkedYAMLException e) {
    int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine();
    int column = e.getProblemMark() == null ? 0 : e.getProblemMark().getColumn();
    String text = e.getProblem() == null ? "not YAML" : e.getProblem();
    if (text.contains("\\t")) {
      problem(line, column, "a tab where YAML wants spaces", "indent with spaces");
    } else if (text.contains("another document")) {
      problem(line, column, "a second document starts here", "one file holds one document");
    } else if (text.contains("Global tag")) {
      problem(line, column, "tags are not supported", "remove the tag");
    } else {
      problem(line, column, "not YAML: " + sentence(text), "");
    }
  }

  /** A character that YAML forbids, at its place. */
  private void special(String text, ReaderException e) {
    int at = text.indexOf(Character.toString(e.getCodePoint()));
    String before = text.substring(0, Math.max(0, at));
    List<String> above = LINE_BREAK.splitAsStream(before + "|").toList();
    problem(
        above.size() - 1,
        above.getLast().codePointCount(0, above.getLast().length()) - 1,
        String.format("the character U+%04X is not allowed in YAML", e.getCodePoint()),
        "remove it");
  }

  private static String sentence(@Nullable String message) {
    String line = message == null ? "not YAML" : message.lines().findFirst().orElse("not YAML");
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
