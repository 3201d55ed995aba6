package io.slablab.allocator.machine;

/**
 * A range of bytes, addressed by offset. Plain accesses are unordered; who shares a field orders it
 * by a lock or by the opaque and compare-and-set forms. Offsets out of range throw {@link
 * IndexOutOfBoundsException}. Ints are at multiples of 4, longs at multiples of 8, in native order.
 */
public abstract class Memory {

  public abstract long bytes();

  public abstract byte getByte(long offset);

  public abstract void putByte(long offset, byte value);

  public abstract int getInt(long offset);

  public abstract void putInt(long offset, int value);

  public abstract long getLong(long offset);

  public abstract void putLong(long offset, long value);

  /** An int that another CPU may be writing: never torn, no order. */
  public abstract int getIntOpaque(long offset);

  public abstract void putIntOpaque(long offset, int value);

  public abstract boolean compareAndSetInt(long offset, int expected, int value);

  public abstract void putIntRelease(long offset, int value);

  public abstract long getLongOpaque(long offset);

  public abstract void putLongOpaque(long offset, long value);

  /** Sets a range to one byte value. */
  public abstract void fill(long offset, long bytes, byte value);

  /** Copies a range within this memory; the ranges may overlap. */
  public abstract void copy(long from, long to, long bytes);

  /** Asks for backing by a node; a hint that only a NUMA host follows. */
  public abstract void bind(long offset, long bytes, int node);

  /** Drops the backing of whole pages in the range; they read as zero again. */
  public abstract void discard(long offset, long bytes);
}
