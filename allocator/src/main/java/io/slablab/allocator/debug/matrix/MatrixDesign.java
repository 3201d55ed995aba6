package io.slablab.allocator.debug.matrix;

import io.slablab.allocator.pool.Variant;

/** Designs that differ in what a free object is. */
public enum MatrixDesign {
  BASELINE("baseline", Variant.BASELINE, false),
  /** Constructors and destructors as in the published series, with what the features make of it. */
  AS_POSTED("ctor-dtor as posted", Variant.CTOR_DTOR, true),
  CTOR_DTOR("ctor-dtor", Variant.CTOR_DTOR, false),
  SHEAVES("sheaves", Variant.SHEAVES, false),
  BATCH_CTOR("batch-ctor", Variant.BATCH_CTOR, false),
  SLABLAB_BEST("slablab-best", Variant.SLABLAB_BEST, false);

  private final String title;
  private final Variant variant;
  private final boolean faithful;

  MatrixDesign(String title, Variant variant, boolean faithful) {
    this.title = title;
    this.variant = variant;
    this.faithful = faithful;
  }

  public String title() {
    return title;
  }

  Variant variant() {
    return variant;
  }

  boolean faithful() {
    return faithful;
  }
}
