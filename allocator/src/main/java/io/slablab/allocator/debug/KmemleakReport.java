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
    OBJECT,
    PERCPU_AREA
  }

  @Override
  public DebugFeature feature() {
    return DebugFeature.KMEMLEAK;
  }

  @Override
  public String text() {
    return "kmemleak: unreferenced "
        + (kind == Kind.OBJECT ? "object of " + cache : "percpu area")
        + " of "
        + bytes
        + " bytes, allocated in "
        + (allocated.stack().isEmpty() ? "?" : allocated.stack().getFirst());
  }
}
