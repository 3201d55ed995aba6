package io.slablab.allocator.debug;

/** Judges accesses to objects before they happen. It reports; it never prevents one. */
interface AccessCheck {

  /**
   * @param address of the first byte, an offset into the memory of pages
   * @param bytes how many, 1 or more
   */
  void check(long address, long bytes, boolean write);
}
