package io.slablab.allocator.slub;

/**
 * Bytes of a constructed object that others than its user may read and write while it is free:
 * links of a list that free objects stay on. Declared by the cache's owner.
 *
 * @param offset in the object, a multiple of 8
 * @param bytes a positive multiple of 8
 */
public record PersistentRange(int offset, int bytes) {
  public PersistentRange {
    if (offset < 0 || bytes <= 0 || (offset | bytes) % Long.BYTES != 0) {
      throw new IllegalArgumentException(
          "a persistent range is made of words: offset=" + offset + " bytes=" + bytes);
    }
  }

  /** The first byte behind it. */
  public int end() {
    return offset + bytes;
  }
}
