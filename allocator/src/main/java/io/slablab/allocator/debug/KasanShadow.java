package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;

/**
 * One byte per 8 bytes of memory: how many of them may be accessed, or why none.
 *
 * <pre>
 *   0      all            0xFC  never an object's, or an object that is not handed out
 *   1..7   the first so   0xFB  freed
 *          many           0xFA  freed, and it is known by whom
 *                         0xFF  a page that left its slab
 * </pre>
 *
 * <p>Threads: a byte is written by whoever owns the object it is of. Others that read it see the
 * value from before or after, which is what the object's own bytes would do.
 */
final class KasanShadow {
  static final byte REDZONE = (byte) 0xFC;
  static final byte FREE = (byte) 0xFB;
  static final byte FREE_META = (byte) 0xFA;
  static final byte PAGE_FREE = (byte) 0xFF;

  static final int GRANULE = 8;
  static final long FINE = -1;
  private static final int SHIFT = 3;

  private final Memory bytes;

  KasanShadow(Machine machine, long memoryBytes) {
    this.bytes = machine.memory("kasan shadow", memoryBytes >>> SHIFT);
  }

  /** Closes whole granules: the last one too when the range ends inside. */
  void poison(long address, long length, byte why) {
    bytes.fill(address >>> SHIFT, length + GRANULE - 1 >>> SHIFT, why);
  }

  /** Opens a range that starts with a granule. */
  void unpoison(long address, long length) {
    bytes.fill(address >>> SHIFT, length >>> SHIFT, (byte) 0);
    if (length % GRANULE != 0) {
      bytes.putByte(address + length >>> SHIFT, (byte) (length % GRANULE));
    }
  }

  byte of(long address) {
    return bytes.getByte(address >>> SHIFT);
  }

  /** The first byte of a range that may not be accessed, or {@link #FINE}. */
  long firstBad(long address, long length) {
    long end = address + length;
    for (long granule = address & -GRANULE; granule < end; granule += GRANULE) {
      byte open = of(granule);
      if (open != 0 && (open < 0 || Math.min(end - granule, GRANULE) > open)) {
        return Math.max(address, granule + Math.max(0, open));
      }
    }
    return FINE;
  }
}
