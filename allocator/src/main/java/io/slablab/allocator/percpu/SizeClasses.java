package io.slablab.allocator.percpu;

/**
 * Which sizes a cache of areas keeps apart. Areas of a class lie side by side from the begin of a
 * run, so that an area's alignment is the lowest set bit of its class's size.
 */
public enum SizeClasses {
  /** Multiples of 8 up to 256: what a few users with fixed structures need, without waste. */
  MULTIPLES_OF_8 {
    private static final int STEP = 8;
    private static final int LARGEST = 256;

    @Override
    int count() {
      return LARGEST / STEP;
    }

    @Override
    int bytes(int index) {
      return (index + 1) * STEP;
    }

    @Override
    int of(int bytes, int align) {
      int step = Math.max(STEP, align);
      int rounded = (bytes + step - 1) / step * step;
      return rounded > LARGEST ? NONE : rounded / STEP - 1;
    }
  },

  /** Powers of two from 4 to 32 KiB: every size there is, at up to twice the memory. */
  POWERS_OF_TWO {
    private static final int SMALLEST_SHIFT = 2;

    @Override
    int count() {
      return Integer.numberOfTrailingZeros(Percpu.MAX_BYTES) - SMALLEST_SHIFT + 1;
    }

    @Override
    int bytes(int index) {
      return 1 << SMALLEST_SHIFT + index;
    }

    @Override
    int of(int bytes, int align) {
      int least = Math.max(Math.max(bytes, align), 1 << SMALLEST_SHIFT);
      int shift = Integer.SIZE - Integer.numberOfLeadingZeros(least - 1);
      return shift - SMALLEST_SHIFT;
    }
  };

  static final int NONE = -1;

  abstract int count();

  /** Size of a class's areas. */
  abstract int bytes(int index);

  /** The class of a legal request, or {@link #NONE} when no class is large enough. */
  abstract int of(int bytes, int align);
}
