package io.slablab.allocator.debug;

import java.util.List;

/**
 * A bad access or a bad free.
 *
 * @param address of the first bad byte, or what was freed
 * @param bytes of the access; 0 for a free
 * @param shadow what the shadow says of the address, 0..255
 * @param object the object it concerns, the nearest before the address; 0 for none
 * @param at who did it, innermost caller first
 * @param allocated who got the object last, or nobody
 * @param freed who freed it last, or nobody
 */
public record KasanReport(
    Kind kind,
    long address,
    long bytes,
    boolean write,
    int shadow,
    String cache,
    long object,
    List<String> at,
    Track allocated,
    Track freed)
    implements DebugReport {

  /** The kernel's words. */
  public enum Kind {
    SLAB_OUT_OF_BOUNDS("slab-out-of-bounds"),
    SLAB_USE_AFTER_FREE("slab-use-after-free"),
    /** On a page that is no slab's any more. */
    USE_AFTER_FREE("use-after-free"),
    DOUBLE_FREE("double-free"),
    INVALID_FREE("invalid-free");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public KasanReport {
    at = List.copyOf(at);
  }

  @Override
  public DebugFeature feature() {
    return DebugFeature.KASAN;
  }

  @Override
  public String kindName() {
    return kind.word();
  }

  @Override
  public String text() {
    String access = bytes == 0 ? "free" : (write ? "write" : "read") + " of " + bytes + " bytes";
    return "KASAN: "
        + kind.word()
        + " in "
        + (at.isEmpty() ? "?" : at.getFirst())
        + ": "
        + access
        + " at offset "
        + (address - object)
        + " of an object of "
        + (cache.isEmpty() ? "no cache" : cache);
  }
}
