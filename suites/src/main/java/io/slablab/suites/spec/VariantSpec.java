package io.slablab.suites.spec;

/**
 * One design to compare, under the name it has in tables.
 *
 * @param id name in tables and files; ends with the options' {@link KernelOptions#suffix suffix}
 * @param design id of the allocator design
 * @param faithful whether the design's known defects are reproduced
 * @param options what its kernel is booted and built with
 */
public record VariantSpec(String id, String design, boolean faithful, KernelOptions options) {

  /** On a kernel that checks nothing. */
  public VariantSpec(String id, String design, boolean faithful) {
    this(id, design, faithful, KernelOptions.NONE);
  }

  /** A design under its own name, defects fixed. */
  public static VariantSpec of(String design) {
    return new VariantSpec(design, design, false);
  }
}
