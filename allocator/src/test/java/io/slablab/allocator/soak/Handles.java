package io.slablab.allocator.soak;

/**
 * A live object in one long, so that it changes hands by one exchange: kind, address and a number
 * that no live object shares. The handle is also the object's stamp: whoever was handed the same
 * object finds another one there.
 *
 * <pre>  number (27 bits) | kind (5 bits) | address / 4 (32 bits)  </pre>
 */
final class Handles {
  static final long NONE = 0;
  private static final int ADDRESS_BITS = 32;
  private static final int KIND_BITS = 5;
  private static final int NUMBER_SHIFT = ADDRESS_BITS + KIND_BITS;

  private Handles() {}

  static long of(int kind, long address, long number) {
    if ((address & 3) != 0 || address >>> ADDRESS_BITS + 2 != 0) {
      throw new IllegalArgumentException("address does not fit: " + address);
    }
    return number << NUMBER_SHIFT | (long) kind << ADDRESS_BITS | address >>> 2;
  }

  /** The worker that made it: the remainder of its number. */
  static int maker(long handle, int workers) {
    return (int) ((handle >>> NUMBER_SHIFT) % workers);
  }

  static int kind(long handle) {
    return (int) (handle >>> ADDRESS_BITS) & (1 << KIND_BITS) - 1;
  }

  static long address(long handle) {
    return (handle & (1L << ADDRESS_BITS) - 1) << 2;
  }
}
