package io.slablab.allocator.slub;

/**
 * The fields of a slab's shared word.
 *
 * <pre>
 *   bit  63........48  47      46.......32  31....16  15........0
 *        tag           frozen  objects      inuse     freelist
 * </pre>
 */
final class SlabWord {
  /** No object: the end of a freelist. */
  static final int NONE = 0xFFFF;

  private static final int INUSE_SHIFT = 16;
  private static final int OBJECTS_SHIFT = 32;
  private static final int FROZEN_SHIFT = 47;
  private static final int TAG_SHIFT = 48;

  private SlabWord() {}

  static long of(int freelist, int inuse, int objects, boolean frozen, long tagOf) {
    return (freelist & 0xFFFFL)
        | (long) inuse << INUSE_SHIFT
        | (long) objects << OBJECTS_SHIFT
        | (frozen ? 1L << FROZEN_SHIFT : 0)
        | ((tagOf >>> TAG_SHIFT) + 1) << TAG_SHIFT;
  }

  static int freelist(long word) {
    return (int) word & 0xFFFF;
  }

  static int inuse(long word) {
    return (int) (word >>> INUSE_SHIFT) & 0xFFFF;
  }

  static int objects(long word) {
    return (int) (word >>> OBJECTS_SHIFT) & 0x7FFF;
  }

  static boolean frozen(long word) {
    return (word >>> FROZEN_SHIFT & 1) != 0;
  }
}
