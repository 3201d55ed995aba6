package io.slablab.allocator.slub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The boot option {@code slub_debug}: which caches get which debug flags.
 *
 * <pre>
 *   options = block { ";" block }        block = letters { "," name }
 *   letters   F consistency checks   Z red zones   P poison   U users   T trace   A failslab
 * </pre>
 *
 * A block without names is for all caches that no other block names; no letters at all mean {@code
 * FZPU}, and {@code "-"} none. A name may end in {@code *}. The first block that names a cache
 * wins.
 *
 * @param blocks those with names, in order
 * @param rest flags of all other caches
 */
public record DebugOptions(List<Block> blocks, int rest) {
  public static final DebugOptions NONE = new DebugOptions(List.of(), 0);

  private static final int DEFAULT_FLAGS =
      SlabFlags.CONSISTENCY_CHECKS | SlabFlags.RED_ZONE | SlabFlags.POISON | SlabFlags.STORE_USER;
  private static final Map<Character, Integer> FLAG_OF_LETTER =
      Map.of(
          'F', SlabFlags.CONSISTENCY_CHECKS,
          'Z', SlabFlags.RED_ZONE,
          'P', SlabFlags.POISON,
          'U', SlabFlags.STORE_USER,
          'T', SlabFlags.TRACE,
          'A', SlabFlags.FAILSLAB);

  /**
   * @param flags of {@link SlabFlags}
   * @param names of caches, or their beginnings with {@code *}
   */
  public record Block(int flags, List<String> names) {
    public Block {
      names = List.copyOf(names);
    }

    private boolean names(String cache) {
      return names.stream().anyMatch(name -> matches(name, cache));
    }

    private static boolean matches(String pattern, String cache) {
      return pattern.endsWith("*")
          ? cache.startsWith(pattern.substring(0, pattern.length() - 1))
          : cache.equals(pattern);
    }
  }

  public DebugOptions {
    blocks = List.copyOf(blocks);
  }

  /**
   * @throws IllegalArgumentException for a letter that is none
   */
  public static DebugOptions parse(String options) {
    List<Block> named = new ArrayList<>();
    int rest = 0;
    for (String text : options.split(";", -1)) {
      String[] parts = text.strip().split(",", -1);
      Block block = new Block(flags(parts[0]), List.of(parts).subList(1, parts.length));
      if (block.names().isEmpty()) {
        rest = block.flags();
      } else {
        named.add(block);
      }
    }
    return new DebugOptions(named, rest);
  }

  private static int flags(String letters) {
    if (letters.isEmpty()) {
      return DEFAULT_FLAGS;
    }
    int flags = 0;
    for (char letter : letters.equals("-") ? new char[0] : letters.toCharArray()) {
      Integer flag = FLAG_OF_LETTER.get(Character.toUpperCase(letter));
      if (flag == null) {
        throw new IllegalArgumentException(
            "slub_debug knows F, Z, P, U, T and A: letter=" + letter + " in " + letters);
      }
      flags |= flag;
    }
    return flags;
  }

  int flagsFor(String cache) {
    for (Block block : blocks) {
      if (block.names(cache)) {
        return block.flags();
      }
    }
    return rest;
  }

  /** The letters of debug flags; empty for none. */
  static String letters(int flags) {
    return FLAG_OF_LETTER.entrySet().stream()
        .filter(entry -> (flags & entry.getValue()) != 0)
        .map(entry -> entry.getKey().toString())
        .sorted()
        .collect(Collectors.joining());
  }
}
