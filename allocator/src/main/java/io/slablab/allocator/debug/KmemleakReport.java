package io.slablab.allocator.debug;

/**
 * Memory that nothing refers to.
 *
 * @param address of the object; of an area its percpu pointer
 * @param cache the object's; empty for an area
 * @param allocated who got it
 */
public record KmemleakReport(Kind kind, long address, int bytes, String cache, Track allocated)
    implements DebugReport {

  /** What is lost. */
  public enum Kind {
    OBJECT("unreferenced object"),
    PERCPU_AREA("unreferenced percpu area");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  @Override
  public DebugFeature feature() {
    return DebugFeature.KMEMLEAK;
  }

  @Override
  public String kindName() {
    return kind.word();
  }

  @Override
  public String text() {
    return "kmemleak: "
        + kind.word()
        + (cache.isEmpty() ? "" : " of " + cache)
        + " of "
        + bytes
        + " bytes, allocated in "
        + (allocated.stack().isEmpty() ? "?" : allocated.stack().getFirst());
  }
}
