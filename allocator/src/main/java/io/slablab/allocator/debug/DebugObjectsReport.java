package io.slablab.allocator.debug;

import java.util.List;

/**
 * A step that an object's state forbids.
 *
 * @param object what is tracked, by address
 * @param name the kind of object
 * @param cache whose object is freed around it; empty for steps of the object itself
 * @param at who did it, innermost caller first
 */
public record DebugObjectsReport(Kind kind, long object, String name, String cache, List<String> at)
    implements DebugReport {

  /** What is wrong, in the kernel's words. */
  public enum Kind {
    /** Made anew while in use. */
    INIT_ACTIVE("init active"),
    ACTIVATE_ACTIVE("activate active"),
    /** Ended though it is not in use, or never was. */
    DEACTIVATE_INACTIVE("deactivate not active"),
    /** Its memory is freed while it is in use. */
    FREE_ACTIVE("free active");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  public DebugObjectsReport {
    at = List.copyOf(at);
  }

  @Override
  public DebugFeature feature() {
    return DebugFeature.DEBUG_OBJECTS;
  }

  @Override
  public String kindName() {
    return kind.words();
  }

  @Override
  public String text() {
    return "ODEBUG: "
        + kind.words()
        + " object type: "
        + name
        + " in "
        + (at.isEmpty() ? "?" : at.getFirst());
  }
}
