package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.slub.SlabError.Region;
import org.jspecify.annotations.Nullable;

/**
 * The bytes around and in the objects of a debugged cache: patterns that nobody but the allocator
 * writes, and what it says when somebody did.
 *
 * <pre>
 *   free object    bb | 6b 6b .. 6b a5 | bb | metadata | 5a
 *   object in use  cc | the user's     | cc | metadata | 5a
 * </pre>
 *
 * The pattern in a free object is left out where its bytes are to survive: with constructor or
 * destructor, or for RCU readers.
 *
 * <p>Threads: under list_lock, or by the maker of a slab that nobody else knows.
 */
final class ObjectBytes {
  static final byte POISON_FREE = 0x6b;
  static final byte POISON_END = (byte) 0xa5;
  static final byte POISON_INUSE = 0x5a;
  static final byte RED_INACTIVE = (byte) 0xbb;
  static final byte RED_ACTIVE = (byte) 0xcc;

  private final KmemCache cache;
  private final FreePointers pointers;
  private final CacheGeometry geometry;
  private final DebugLayout layout;
  private final Memory memory;
  private final SlabLog log;
  private final boolean redZone;
  private final boolean poison;
  private final boolean objectPoison;
  private final boolean keepsRequestedSize;
  private final @Nullable Tracks tracks;

  ObjectBytes(KmemCache cache, DebugLayout layout, @Nullable Tracks tracks) {
    int flags = cache.flags();
    this.cache = cache;
    this.pointers = cache.pointers;
    this.geometry = cache.geometry;
    this.layout = layout;
    this.memory = cache.slub.memory();
    this.log = cache.slub.log();
    this.redZone = (flags & SlabFlags.RED_ZONE) != 0;
    this.poison = (flags & SlabFlags.POISON) != 0;
    this.objectPoison = poison && !cache.args.keepsBytes();
    this.keepsRequestedSize = DebugLayout.keepsRequestedSize(flags);
    this.tracks = tracks;
  }

  // ---- writing ----

  /** All bytes of a slab before anything of it is used. */
  void initSlab(Slab slab) {
    if (poison) {
      memory.fill(slab.base, slab.bytes(), POISON_INUSE);
    }
    for (int index = 0; index < slab.objects(); index++) {
      long object = pointers.addressOf(slab, index);
      initFree(object);
      if (tracks != null) {
        tracks.clear(object);
      }
    }
  }

  /** The patterns of a free object. */
  void initFree(long object) {
    init(object, RED_INACTIVE);
  }

  /** The patterns of an object that is about to be handed out. */
  void initInUse(long object) {
    keepRequested(object, geometry.objectSize());
    init(object, RED_ACTIVE);
  }

  private void init(long object, byte red) {
    int size = geometry.objectSize();
    if (redZone) {
      memory.fill(object - geometry.redLeftPad(), geometry.redLeftPad(), red);
      memory.fill(object + size, geometry.inuse() - size, red);
    }
    if (objectPoison) {
      memory.fill(object, size - 1, POISON_FREE);
      memory.putByte(object + size - 1, POISON_END);
    }
  }

  /** The user of a general cache asked for so many bytes only: the rest becomes red zone. */
  void request(long object, int bytes) {
    keepRequested(object, bytes);
    if (keepsRequestedSize && redZone) {
      memory.fill(object + bytes, geometry.objectSize() - bytes, RED_ACTIVE);
    }
  }

  void keepRequested(long object, int bytes) {
    if (keepsRequestedSize) {
      memory.putInt(object + layout.requestedSize(), bytes);
    }
  }

  /** Bytes asked for; the object's size where that is not kept. */
  int requested(long object) {
    return keepsRequestedSize
        ? memory.getInt(object + layout.requestedSize())
        : geometry.objectSize();
  }

  // ---- checking ----

  /**
   * Checks everything about one object, reports and repairs what is wrong.
   *
   * @param inUse in which of its two states it should be
   */
  boolean check(Cpu cpu, Slab slab, long object, boolean inUse) {
    boolean right = checkZones(cpu, object, inUse);
    right &= !poison || checkPoison(cpu, object, inUse);
    return checkPointer(cpu, slab, object, inUse) && right;
  }

  private boolean checkZones(Cpu cpu, long object, boolean inUse) {
    int size = geometry.objectSize();
    int inuse = geometry.inuse();
    if (!redZone) {
      return !poison
          || size == inuse
          || checkBytes(cpu, Region.ALIGNMENT_PADDING, object, size, inuse, POISON_INUSE);
    }
    byte red = inUse ? RED_ACTIVE : RED_INACTIVE;
    boolean right = checkBytes(cpu, Region.LEFT_RED_ZONE, object, -geometry.redLeftPad(), 0, red);
    right &= checkBytes(cpu, Region.RIGHT_RED_ZONE, object, size, inuse, red);
    if (inUse) {
      right &= checkBytes(cpu, Region.REQUEST_RED_ZONE, object, requested(object), size, red);
    }
    return right;
  }

  private boolean checkPoison(Cpu cpu, long object, boolean inUse) {
    boolean right = true;
    if (objectPoison && !inUse) {
      int last = geometry.objectSize() - 1;
      right = checkBytes(cpu, Region.POISON, object, 0, last, POISON_FREE);
      right &= checkBytes(cpu, Region.POISON, object, last, last + 1, POISON_END);
    }
    return checkBytes(
            cpu, Region.OBJECT_PADDING, object, layout.padding(), layout.end(), POISON_INUSE)
        && right;
  }

  /** A free pointer inside an object in use is the user's. */
  private boolean checkPointer(Cpu cpu, Slab slab, long object, boolean inUse) {
    boolean outside = geometry.offset() >= geometry.inuse();
    int index = pointers.indexOf(slab, object);
    if ((inUse && !outside) || pointers.nextIfValid(slab, index) != FreePointers.CORRUPT) {
      return true;
    }
    log.add(cpu, new SlabError.FreePointerCorrupt(cache.name(), object, history(object)));
    pointers.setNext(slab, index, SlabWord.NONE); // nobody may follow it
    return false;
  }

  /** The bytes behind the last object. */
  boolean checkSlabPadding(Cpu cpu, Slab slab) {
    if (!poison) {
      return true;
    }
    long end = slab.base + slab.bytes();
    long rest = slab.bytes() % geometry.size();
    return checkRange(cpu, Region.SLAB_PADDING, slab.base, end - rest, end, POISON_INUSE, null);
  }

  private boolean checkBytes(Cpu cpu, Region region, long object, int from, int to, byte expected) {
    return checkRange(cpu, region, object, object + from, object + to, expected, object);
  }

  private boolean checkRange(
      Cpu cpu,
      Region region,
      long owner,
      long from,
      long to,
      byte expected,
      @Nullable Long object) {
    long first = firstOther(from, to, expected);
    if (first == to) {
      return true;
    }
    long last = to - 1;
    while (memory.getByte(last) == expected) {
      last--;
    }
    log.add(
        cpu,
        new SlabError.BytesOverwritten(
            cache.name(),
            region,
            owner,
            first,
            last,
            Byte.toUnsignedInt(expected),
            Byte.toUnsignedInt(memory.getByte(first)),
            object == null ? null : history(object)));
    memory.fill(from, to - from, expected);
    repaired(cpu, "bytes restored", first);
    return false;
  }

  /** Words at a time where they are aligned; {@code to} when all are as expected. */
  private long firstOther(long from, long to, byte expected) {
    long word = Byte.toUnsignedLong(expected) * 0x0101_0101_0101_0101L;
    long at = from;
    while (at < to) {
      if (at % Long.BYTES == 0 && to - at >= Long.BYTES && memory.getLong(at) == word) {
        at += Long.BYTES;
      } else if (memory.getByte(at) == expected) {
        at++;
      } else {
        return at;
      }
    }
    return to;
  }

  @Nullable ObjectHistory history(long object) {
    return tracks == null ? null : tracks.history(object);
  }

  void repaired(Cpu cpu, String what, long address) {
    log.add(cpu, new SlabError.Repaired(cache.name(), what, address));
  }
}
