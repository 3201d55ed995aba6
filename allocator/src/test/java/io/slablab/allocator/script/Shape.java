package io.slablab.allocator.script;

import java.util.Locale;

/** A slab cache of a script, by what is special about it. */
enum Shape {
  /** May be taken in by another cache, or take one in. */
  SMALL(24),
  SMALL_TOO(24),
  ALIGNED(200),
  /** Eight pages to a slab; one page holds none. */
  LARGE(5000),
  /** Each object owns a per-CPU area, from constructor to destructor. */
  CONSTRUCTED(504),
  /** As CONSTRUCTED, a slab at a time. */
  BATCH(248),
  /** As CONSTRUCTED, destructed by a worker. */
  DEFERRED(1000),
  /** Behind sheaves. */
  SHEAVES(120);

  private final int bytes;

  Shape(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  boolean constructed() {
    return this == CONSTRUCTED || this == BATCH || this == DEFERRED;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
