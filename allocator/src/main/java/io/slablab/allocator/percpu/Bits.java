package io.slablab.allocator.percpu;

/** A fixed bitmap with the searches of the kernel's find_bit family. */
final class Bits {
  private final long[] words;
  private final int size;

  Bits(int size) {
    this.size = size;
    this.words = new long[(size + 63) >>> 6];
  }

  int size() {
    return size;
  }

  boolean get(int bit) {
    return (words[bit >>> 6] >>> bit & 1) != 0;
  }

  void set(int bit) {
    words[bit >>> 6] |= 1L << bit;
  }

  void set(int from, int to) {
    for (int word = from >>> 6; from < to && word <= to - 1 >>> 6; word++) {
      words[word] |= mask(word, from, to);
    }
  }

  void clear(int from, int to) {
    for (int word = from >>> 6; from < to && word <= to - 1 >>> 6; word++) {
      words[word] &= ~mask(word, from, to);
    }
  }

  private static long mask(int word, int from, int to) {
    long low = word == from >>> 6 ? -1L << from : -1L;
    long high = word == to - 1 >>> 6 ? -1L >>> -to : -1L;
    return low & high;
  }

  /** First set bit in [from, end), or {@code end}. */
  int nextSet(int from, int end) {
    if (from >= end) {
      return end;
    }
    int word = from >>> 6;
    long seen = words[word] & -1L << from;
    while (seen == 0) {
      if (++word << 6 >= end) {
        return end;
      }
      seen = words[word];
    }
    return Math.min((word << 6) + Long.numberOfTrailingZeros(seen), end);
  }

  /** First clear bit in [from, end), or {@code end}. */
  int nextClear(int from, int end) {
    if (from >= end) {
      return end;
    }
    int word = from >>> 6;
    long seen = ~words[word] & -1L << from;
    while (seen == 0) {
      if (++word << 6 >= end) {
        return end;
      }
      seen = ~words[word];
    }
    return Math.min((word << 6) + Long.numberOfTrailingZeros(seen), end);
  }

  /** Last set bit in [start, end), or -1. */
  int lastSet(int start, int end) {
    if (start >= end) {
      return -1;
    }
    int word = end - 1 >>> 6;
    long seen = words[word] & -1L >>> -end;
    while (seen == 0) {
      if (word == start >>> 6) {
        return -1;
      }
      seen = words[--word];
    }
    int bit = (word << 6) + 63 - Long.numberOfLeadingZeros(seen);
    return bit >= start ? bit : -1;
  }

  int count(int from, int to) {
    int count = 0;
    for (int word = from >>> 6; from < to && word <= to - 1 >>> 6; word++) {
      count += Long.bitCount(words[word] & mask(word, from, to));
    }
    return count;
  }
}
