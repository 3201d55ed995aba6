package io.slablab.suites.spec;

/**
 * One design to compare, under the name it has in tables.
 *
 * @param id name in tables and files
 * @param design id of the allocator design
 * @param faithful whether the design's known defects are reproduced
 */
public record VariantSpec(String id, String design, boolean faithful) {

  /** A design under its own name, defects fixed. */
  public static VariantSpec of(String design) {
    return new VariantSpec(design, design, false);
  }
}
