package io.slablab.allocator.slub;

import io.slablab.allocator.page.PageAllocator;

/**
 * Byte layout and slab sizes of a cache.
 *
 * @param objectSize bytes the user asked for
 * @param size stride: bytes from one object to the next
 * @param inuse offset where metadata starts
 * @param offset of the free pointer in the object
 * @param redLeftPad bytes of red zone before each object; the first one starts that far into its
 *     slab
 * @param align in bytes
 * @param order preferred page order of a slab
 * @param objects per slab of that order
 * @param minOrder least order that holds an object
 * @param minOrderObjects per slab of the least order
 * @param minPartial empty slabs a node keeps
 * @param cpuPartial objects a CPU may keep in partial slabs; 0 for none
 * @param cpuPartialSlabs the same in slabs
 * @param metadata offset of what features keep about an object
 */
public record CacheGeometry(
    int objectSize,
    int size,
    int inuse,
    int offset,
    int redLeftPad,
    int align,
    int order,
    int objects,
    int minOrder,
    int minOrderObjects,
    int minPartial,
    int cpuPartial,
    int cpuPartialSlabs,
    int metadata) {
  private static final int WORD = 8;
  private static final int CACHE_LINE = 64;
  private static final int MAX_OBJECTS = 32_767;
  static final int MAX_SIZE = 4 << 20;

  /**
   * @param cpus present CPUs, which decide how many objects a slab should hold
   * @throws IllegalArgumentException when the size is not in 8 B .. 4 MiB or no order fits
   */
  static CacheGeometry of(int objectSize, KmemCacheArgs args, SlubConfig config, int cpus) {
    if (objectSize < 1 || objectSize > MAX_SIZE) {
      throw new IllegalArgumentException("object size must lie in 1..4 MiB: size=" + objectSize);
    }
    int align = alignment(objectSize, args);
    int flags = args.flags();
    boolean redZone = has(flags, SlabFlags.RED_ZONE);
    int inuse = roundUp(objectSize, WORD);
    if (redZone && inuse == objectSize) {
      inuse += WORD; // else there would be no red zone on the right
    }
    boolean outside = freePointerOutside(objectSize, args);
    int offset = outside ? inuse : insideOffset(objectSize, args);
    int metadata = inuse + (outside ? WORD : 0) + DebugLayout.trackBytes(flags);
    int redLeftPad = redZone ? roundUp(WORD, align) : 0;
    int behind = args.watch().metadataBytes() + (redZone ? WORD : 0);
    int size = roundUp(metadata + behind + redLeftPad, align);
    int order = order(size, config, cpus);
    int objects = objectsAt(order, size);
    int minOrder = orderOf(size);
    boolean lists = config.cpuPartial() && !has(flags, SlabFlags.DEBUG_FLAGS);
    int cpuPartial = lists ? cpuPartial(size) : 0;
    return new CacheGeometry(
        objectSize,
        size,
        inuse,
        offset,
        redLeftPad,
        align,
        order,
        objects,
        minOrder,
        objectsAt(minOrder, size),
        Math.clamp(log2(size) / 2, 5, 10),
        cpuPartial,
        (cpuPartial * 2 + objects - 1) / objects,
        metadata);
  }

  /** Where it would destroy what a free object must keep. */
  private static boolean freePointerOutside(int objectSize, KmemCacheArgs args) {
    int flags = args.flags();
    boolean kept = args.keepsBytes() && args.freeptrOffset() == KmemCacheArgs.NO_OFFSET;
    boolean redZoned =
        has(flags, SlabFlags.RED_ZONE)
            && (objectSize < WORD || DebugLayout.keepsRequestedSize(flags));
    return kept || redZoned || has(flags, SlabFlags.POISON);
  }

  private static boolean has(int flags, int any) {
    return (flags & any) != 0;
  }

  /** In the middle, away from both ends, where neighbours would overrun it. */
  private static int insideOffset(int objectSize, KmemCacheArgs args) {
    int given = args.freeptrOffset();
    if (given == KmemCacheArgs.NO_OFFSET) {
      return objectSize / 2 & -WORD;
    }
    if (!args.keepsBytes() || given + WORD > objectSize) {
      throw new IllegalArgumentException(
          "freeptrOffset must lie in a constructed object, or one for RCU readers: freeptrOffset="
              + given
              + " size="
              + objectSize);
    }
    return given;
  }

  private static int alignment(int objectSize, KmemCacheArgs args) {
    int align = args.align();
    if ((args.flags() & SlabFlags.HWCACHE_ALIGN) != 0) {
      int line = CACHE_LINE;
      while (objectSize <= line / 2) {
        line /= 2;
      }
      align = Math.max(align, line);
    }
    return roundUp(Math.max(align, WORD), WORD);
  }

  private static int cpuPartial(int size) {
    if (size >= 4096) {
      return 6;
    }
    if (size >= 1024) {
      return 24;
    }
    return size >= 256 ? 52 : 120;
  }

  /** The least order whose waste is small: a sixteenth first, then an eighth, a quarter, a half. */
  static int order(int size, SlubConfig config, int cpus) {
    int wanted = config.minObjects() != 0 ? config.minObjects() : 4 * (lastSet(cpus) + 1);
    int minObjects = Math.min(wanted, Math.max(1, objectsAt(config.maxOrder(), size)));
    int minOrder = Math.max(config.minOrder(), orderOf(minObjects * size));
    if (objectsAt(minOrder, size) > MAX_OBJECTS) {
      return orderOf(size * MAX_OBJECTS) - 1;
    }
    for (int fraction = 16; fraction > 1; fraction /= 2) {
      for (int order = minOrder; order <= config.maxOrder(); order++) {
        int slab = PageAllocator.PAGE_BYTES << order;
        if (slab % size <= slab / fraction) {
          return order;
        }
      }
    }
    int order = orderOf(size);
    if (order > PageAllocator.MAX_PAGE_ORDER) {
      throw new IllegalArgumentException("no page order holds the object: stride=" + size);
    }
    return order;
  }

  private static int objectsAt(int order, int size) {
    return (PageAllocator.PAGE_BYTES << order) / size;
  }

  /** Smallest order of at least so many bytes. */
  static int orderOf(int bytes) {
    int pages = (bytes + PageAllocator.PAGE_BYTES - 1) >> PageAllocator.PAGE_SHIFT;
    return lastSet(pages - 1);
  }

  /** 1-based index of the highest set bit; 0 for 0. */
  private static int lastSet(int value) {
    return 32 - Integer.numberOfLeadingZeros(value);
  }

  private static int log2(int value) {
    return lastSet(value) - 1;
  }

  static int roundUp(int value, int to) {
    return (value + to - 1) / to * to;
  }
}
