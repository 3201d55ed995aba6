package io.slablab.allocator.debug;

import java.util.List;

/**
 * What was done to a sampled object that must not be.
 *
 * @param address of the first bad byte, or what was freed
 * @param bytes of the access; 0 for what was found or done at a free
 * @param cache the object's; empty when no object is near
 * @param object where it starts
 * @param at who did it, innermost caller first
 */
public record KfenceReport(
    Kind kind,
    long address,
    long bytes,
    boolean write,
    String cache,
    long object,
    List<String> at,
    Track allocated,
    Track freed)
    implements DebugReport {

  /** The kernel's words; it calls a double free an invalid one. */
  public enum Kind {
    OUT_OF_BOUNDS("out-of-bounds"),
    USE_AFTER_FREE("use-after-free"),
    /** Bytes around the object were written. */
    CORRUPTION("memory corruption"),
    DOUBLE_FREE("double free"),
    INVALID_FREE("invalid free"),
    /** On a page of the pool that no object is near. */
    INVALID_ACCESS("invalid access"),
    /** Its cache is destroyed. */
    REMAINING("object remaining");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  public KfenceReport {
    at = List.copyOf(at);
  }

  @Override
  public DebugFeature feature() {
    return DebugFeature.KFENCE;
  }

  @Override
  public String kindName() {
    return kind.words();
  }

  @Override
  public String text() {
    return "KFENCE: "
        + kind.words()
        + " in "
        + (at.isEmpty() ? "?" : at.getFirst())
        + ": offset "
        + (address - object)
        + " of an object of "
        + (cache.isEmpty() ? "no cache" : cache);
  }
}
