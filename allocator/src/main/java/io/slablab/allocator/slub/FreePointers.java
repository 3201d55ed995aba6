package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Memory;

/**
 * Where the objects of a cache's slabs lie, and which one each free object leads to. A freelist is
 * a chain of indices that begins in a slab's word or with a CPU; who owns the list may change it.
 *
 * <p>META keeps the successors in an array beside the slab. FULL keeps them in the objects' own
 * bytes: hardened, as {@code pointer ^ secret ^ byteswap(address of the slot)}, so that a write
 * beyond an object cannot forge one; else as they are.
 */
final class FreePointers {
  /** {@link #nextIfValid}: what is stored leads to no object. */
  static final int CORRUPT = -1;

  static final int RECIPROCAL_SHIFT = 32;

  private static final int NONE = SlabWord.NONE;

  private final String cache;
  private final boolean meta;
  private final Memory memory;
  private final int size;
  private final int offset;
  private final long reciprocal;
  private final boolean hardened;

  /** Mixed into hardened pointers. */
  private final long secret;

  /**
   * @param cache its name, for messages
   */
  FreePointers(String cache, CacheGeometry geometry, Slub slub, long secret) {
    this.cache = cache;
    this.meta = slub.config().mode() == MemoryMode.META;
    this.hardened = slub.config().hardenedFreelist();
    this.memory = slub.memory();
    this.size = geometry.size();
    this.offset = geometry.offset();
    this.reciprocal = reciprocal(size);
    this.secret = secret;
  }

  /** 2^32 / size, rounded up: exact to divide offsets below 4 GiB by. */
  static long reciprocal(int size) {
    return ((1L << RECIPROCAL_SHIFT) + size - 1) / size;
  }

  /** Whether the objects' bytes are left alone. */
  boolean meta() {
    return meta;
  }

  // ---- where ----

  long addressOf(Slab slab, int index) {
    return slab.start + (long) index * size;
  }

  /** Of the object, padding included, that an address lies in. */
  int indexOf(Slab slab, long object) {
    return (int) ((object - slab.start) * reciprocal >>> RECIPROCAL_SHIFT);
  }

  boolean isObject(Slab slab, long address) {
    int index = indexOf(slab, address);
    return index >= 0 && index < slab.objects() && addressOf(slab, index) == address;
  }

  /** Index of an object; refuses an address that no object starts at. */
  int checkedIndex(Slab slab, long object) {
    if (!isObject(slab, object)) {
      throw notOurs(object);
    }
    return indexOf(slab, object);
  }

  IllegalArgumentException notOurs(long object) {
    return new IllegalArgumentException("not an object of this cache: " + at(object));
  }

  IllegalStateException doubleFree(long object) {
    return new IllegalStateException("double free: " + at(object));
  }

  private String at(long address) {
    return "cache=" + cache + " address=0x" + Long.toHexString(address);
  }

  // ---- what follows ----

  int next(Slab slab, int index) {
    return meta ? slab.links[Slab.LINK_PAD + index] : decoded(slab, index);
  }

  /** An object that is its own successor was freed twice in a row. */
  void setNext(Slab slab, int index, int next) {
    if (next == index) {
      throw doubleFree(addressOf(slab, index));
    }
    if (meta) {
      slab.links[Slab.LINK_PAD + index] = (char) next;
    } else {
      encode(slab, index, next);
    }
  }

  private int decoded(Slab slab, int index) {
    int next = nextIfValid(slab, index);
    if (next == CORRUPT) {
      throw new IllegalStateException("free pointer corrupt: " + at(addressOf(slab, index)));
    }
    return next;
  }

  /** FULL mode: the successor, or {@link #CORRUPT}. */
  int nextIfValid(Slab slab, int index) {
    long slot = addressOf(slab, index) + offset;
    long pointer = memory.getLong(slot) ^ mixedIn(slot);
    if (pointer == 0) {
      return NONE;
    }
    return pointer >= slab.start && isObject(slab, pointer) ? indexOf(slab, pointer) : CORRUPT;
  }

  private void encode(Slab slab, int index, int next) {
    long slot = addressOf(slab, index) + offset;
    long pointer = next == NONE ? 0 : addressOf(slab, next);
    memory.putLong(slot, pointer ^ mixedIn(slot));
  }

  private long mixedIn(long slot) {
    return hardened ? secret ^ Long.reverseBytes(slot) : 0;
  }
}
