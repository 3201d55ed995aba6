package io.slablab.allocator.slub;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A defect of a cache's user that the cache can show. Addresses are offsets into the memory. */
public sealed interface SlabError {

  /** Name of the cache. */
  String cache();

  /** What is wrong and where, in one line. */
  String message();

  /** A range of bytes that only the allocator writes. */
  enum Region {
    LEFT_RED_ZONE("the red zone before"),
    RIGHT_RED_ZONE("the red zone behind"),
    REQUEST_RED_ZONE("the red zone behind the requested bytes of"),
    POISON("the free"),
    ALIGNMENT_PADDING("the alignment padding of"),
    OBJECT_PADDING("the padding behind"),
    SLAB_PADDING("the end of the slab of");

    private final String words;

    Region(String words) {
      this.words = words;
    }
  }

  /**
   * A slab of a destroyed cache has objects in use. Full slabs are on no list, and so are not
   * found.
   *
   * @param slab address of its first page
   * @param objects addresses in use, ascending
   */
  record ObjectsRemaining(String cache, long slab, List<Long> objects) implements SlabError {
    public ObjectsRemaining {
      objects = List.copyOf(objects);
    }

    @Override
    public String message() {
      List<String> addresses = objects.stream().map(SlabError::hex).toList();
      return "objects in use at destruction: cache=" + cache + " objects=" + addresses;
    }
  }

  /**
   * A destroyed cache keeps slabs.
   *
   * @param slabs how many, full ones included
   */
  record CacheStillHasObjects(String cache, long slabs) implements SlabError {
    @Override
    public String message() {
      return "destroyed cache keeps slabs: cache=" + cache + " slabs=" + slabs;
    }
  }

  /**
   * Somebody wrote where only the allocator writes.
   *
   * @param object address of the object the region belongs to; of the slab for its padding
   * @param first address of the first wrong byte
   * @param last address of the last wrong byte
   * @param expected value of the first wrong byte as it should be
   * @param found value of the first wrong byte
   * @param history who had the object; null without {@link SlabFlags#STORE_USER}
   */
  record BytesOverwritten(
      String cache,
      Region region,
      long object,
      long first,
      long last,
      int expected,
      int found,
      @Nullable ObjectHistory history)
      implements SlabError {
    @Override
    public String message() {
      return region.words
          + " object overwritten: cache="
          + cache
          + " object="
          + hex(object)
          + " bytes="
          + hex(first)
          + ".."
          + hex(last)
          + " expected="
          + hex(expected)
          + " found="
          + hex(found)
          + ObjectHistory.words(history);
    }
  }

  /** An object's free pointer leads to no object of its slab. */
  record FreePointerCorrupt(String cache, long object, @Nullable ObjectHistory history)
      implements SlabError {
    @Override
    public String message() {
      return "free pointer leads nowhere: cache="
          + cache
          + " object="
          + hex(object)
          + ObjectHistory.words(history);
    }
  }

  /**
   * The freelist of a slab breaks off.
   *
   * @param object the last one that can be reached
   */
  record FreeChainCorrupt(String cache, long slab, long object) implements SlabError {
    @Override
    public String message() {
      return "freelist breaks off: cache="
          + cache
          + " slab="
          + hex(slab)
          + " object="
          + hex(object);
    }
  }

  /**
   * The count of objects in use is not what the freelist leaves.
   *
   * @param counter in the slab's word
   * @param counted objects less the length of the freelist
   */
  record WrongObjectCount(String cache, long slab, int counter, int counted) implements SlabError {
    @Override
    public String message() {
      return "count of objects in use is wrong: cache="
          + cache
          + " slab="
          + hex(slab)
          + " counter="
          + counter
          + " counted="
          + counted;
    }
  }

  /** An object was freed while it was free. */
  record AlreadyFree(String cache, long object, @Nullable ObjectHistory history)
      implements SlabError {
    @Override
    public String message() {
      return "object freed twice: cache="
          + cache
          + " object="
          + hex(object)
          + ObjectHistory.words(history);
    }
  }

  /** An address was freed at which no object starts. */
  record InvalidPointer(String cache, long slab, long address) implements SlabError {
    @Override
    public String message() {
      return "no object starts where one is freed: cache="
          + cache
          + " slab="
          + hex(slab)
          + " address="
          + hex(address);
    }
  }

  /**
   * An object was freed to a cache it is not of.
   *
   * @param owner cache of the object; empty when the address lies on no slab
   */
  record WrongCache(String cache, String owner, long address) implements SlabError {
    @Override
    public String message() {
      return "freed to a cache it is not of: cache="
          + cache
          + " owner="
          + (owner.isEmpty() ? "none" : owner)
          + " address="
          + hex(address);
    }
  }

  /**
   * A node's list and its counter differ.
   *
   * @param list which one
   */
  record WrongListCount(String cache, int node, String list, long counter, long counted)
      implements SlabError {
    @Override
    public String message() {
      return "length of the "
          + list
          + " list is wrong: cache="
          + cache
          + " node="
          + node
          + " counter="
          + counter
          + " counted="
          + counted;
    }
  }

  /**
   * Objects with constructor or destructor were to be zeroed. Told once, when a slab is made for
   * such a request; faithful mode alone, since it is refused else.
   */
  record ZeroOfConstructed(String cache) implements SlabError {
    @Override
    public String message() {
      return "ZERO asked of a cache with constructor or destructor: cache=" + cache;
    }
  }

  /**
   * What was done about the error before. It counts as one, as in the kernel's tests.
   *
   * @param what in words
   * @param address of the bytes, object or slab concerned
   */
  record Repaired(String cache, String what, long address) implements SlabError {
    @Override
    public String message() {
      return what + ": cache=" + cache + " address=" + hex(address);
    }
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
