package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.slub.KmemCache;
import org.jspecify.annotations.Nullable;

/**
 * One object page and what is known of its object. Fields change under the lock of the pool's free
 * slots; reports read them without.
 */
final class KfenceSlot {
  private static final int PAGE = PageAllocator.PAGE_BYTES;

  /** Of a slot, in this order. */
  enum State {
    UNUSED,
    ALLOCATED,
    /** One CPU is about to free it; any other free is a second one. */
    FREEING,
    FREED
  }

  final long page;
  State state = State.UNUSED;
  long object;
  int size;
  @Nullable KmemCache cache;
  Track allocated = Track.NONE;
  Track freed = Track.NONE;

  /** A guard page that a reported access opened; closed again with the object. 0 for none. */
  long openedGuard;

  KfenceSlot(long page) {
    this.page = page;
  }

  boolean live() {
    return state == State.ALLOCATED;
  }

  String cacheName() {
    KmemCache now = cache;
    return now == null ? "" : now.name();
  }

  /** Fills the page around the object with a pattern that depends on the address. */
  void setCanary(Memory memory) {
    for (long at = page; at < page + PAGE; at++) {
      if (at == object) {
        at += size;
      }
      if (at < page + PAGE) {
        memory.putByte(at, canary(at));
      }
    }
  }

  /** The first byte around the object that is not what it was set to, or 0. */
  long damage(Memory memory) {
    for (long at = page; at < page + PAGE; at++) {
      boolean inside = at >= object && at < object + size;
      if (!inside && memory.getByte(at) != canary(at)) {
        return at;
      }
    }
    return 0;
  }

  private static byte canary(long at) {
    return (byte) (0xAA ^ (at & 7));
  }
}
