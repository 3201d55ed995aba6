package io.slablab.allocator.pool;

/**
 * What the kernel's command line would say about slabs and pages.
 *
 * @param slubDebug as the option {@code slub_debug}: letters and names; {@code "-"} for nothing
 * @param initOnAlloc whether objects and pages are zeroed when they are handed out
 * @param initOnFree whether objects and pages are zeroed when they come back
 */
public record BootOptions(String slubDebug, boolean initOnAlloc, boolean initOnFree) {
  public static final BootOptions NONE = new BootOptions("-", false, false);

  public static BootOptions ofSlubDebug(String options) {
    return new BootOptions(options, false, false);
  }

  public BootOptions withInit(boolean onAlloc, boolean onFree) {
    return new BootOptions(slubDebug, onAlloc, onFree);
  }
}
