package io.slablab.allocator.slub;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What /sys/kernel/slab says about a cache, read at rest.
 *
 * @param name the cache's own name
 * @param directory where its files are: the name, or for a cache that may have aliases a unique id
 *     as {@code :a-0000192}
 * @param links names that lead to the directory: of the cache and its aliases, if it has an id
 * @param figures numbers by file
 * @param parts of figures: by {@code N<node>} or {@code C<cpu>}, those that are not zero
 * @param symbols texts by file: who constructs and destructs, empty for nobody
 */
public record SlabAttributes(
    String name,
    String directory,
    List<String> links,
    Map<String, Long> figures,
    Map<String, Map<String, Long>> parts,
    Map<String, String> symbols) {

  /** The file whose figure is in slabs, and whose text is in objects. */
  static final String SLABS_CPU_PARTIAL = "slabs_cpu_partial";

  /**
   * The line of one file, as the kernel writes it: the figure, then its parts.
   *
   * @throws IllegalArgumentException when there is no such file
   */
  public String text(String file) {
    String symbol = symbols.get(file);
    if (symbol != null) {
      return symbol;
    }
    if (!figures.containsKey(file)) {
      throw new IllegalArgumentException("no such attribute: cache=" + name + " file=" + file);
    }
    return value(file, figures.getOrDefault(file, 0L))
        + parts.getOrDefault(file, Map.of()).entrySet().stream()
            .map(part -> " " + part.getKey() + "=" + value(file, part.getValue()))
            .collect(Collectors.joining());
  }

  /** Partial slabs are taken for half full. */
  private String value(String file, long figure) {
    return file.equals(SLABS_CPU_PARTIAL)
        ? figure * figures.getOrDefault("objs_per_slab", 0L) / 2 + "(" + figure + ")"
        : Long.toString(figure);
  }

  /** All files, {@code directory/file: line}, as {@code grep . /sys/kernel/slab/x/*} shows them. */
  public String text() {
    StringBuilder text = new StringBuilder();
    links.forEach(link -> text.append(link).append(" -> ").append(directory).append('\n'));
    symbols.forEach((file, _) -> append(text, file));
    figures.forEach((file, _) -> append(text, file));
    return text.toString();
  }

  private void append(StringBuilder text, String file) {
    text.append(directory).append('/').append(file).append(':').append(text(file)).append('\n');
  }
}
