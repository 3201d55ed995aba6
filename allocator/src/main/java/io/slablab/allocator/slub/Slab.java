package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import io.slablab.allocator.rcu.RcuHead;
import org.jspecify.annotations.Nullable;

/**
 * The descriptor of one slab. It stays with its first page frame and is used again for the next
 * slab there, so that churn makes no garbage.
 *
 * <p>Plain fields are written while the slab is nobody else's (before its word is published), under
 * the node's list_lock (list links), or by the CPU whose partial stack holds it.
 */
final class Slab {
  final Line line;
  final Word word;

  /** Set when the slab is made, constant until its pages are freed. */
  @Nullable KmemCache cache;

  /**
   * Its pages came from the reserve: its objects are for who frees memory. Set when the slab is
   * made.
   */
  boolean pfmemalloc;

  /** The cache, if objects of this slab may go into sheaves; null with {@link #pfmemalloc}. */
  @Nullable KmemCache sheafCache;

  long base;

  /** Address of the first object: the base, or behind its left red zone. */
  long start;

  int order;
  int node;
  private int objects;

  /**
   * Unused links at both ends of {@link #links}: a cache line, since the heap may put the arrays of
   * two CPUs' slabs side by side.
   */
  static final int LINK_PAD = 32;

  /**
   * META: successor of each free object, that of object i at LINK_PAD + i. Written by whoever owns
   * the list it is in. Empty in FULL mode.
   */
  char[] links = new char[0];

  /** Node partial list, or full list of a debugged cache; under list_lock. */
  @Nullable Slab next;

  @Nullable Slab prev;
  boolean onNodePartial;

  /** CPU partial stack: the slab below, and the depth from here on. */
  @Nullable Slab below;

  int depth;

  /** What a slab waits for that left its cache's lists and counts for good. */
  enum Awaits {
    NOTHING,
    GRACE_PERIOD,

    /** The worker that destructs; linked through {@link #next}. */
    WORKER
  }

  Awaits awaits = Awaits.NOTHING;

  /** Made by the first grace period this descriptor waits for. */
  private @Nullable RcuHead rcuHead;

  /** Who pays for the objects, on a cache that charges them; kept for the next slab here. */
  @Nullable ObjExts exts;

  Slab(Machine machine) {
    line = machine.line("slab");
    word = machine.word(line, 0);
  }

  void assign(KmemCache owner, long address, int pageOrder, int objectCount) {
    PageAllocator pages = owner.slub.pages();
    cache = owner;
    base = address;
    pfmemalloc = pages.pfmemalloc(address);
    sheafCache = pfmemalloc ? null : owner;
    start = address + owner.geometry.redLeftPad();
    order = pageOrder;
    node = pages.nodeOf(address);
    objects = objectCount;
    if (owner.pointers.meta() && links.length < objectCount + 2 * LINK_PAD) {
      links = new char[objectCount + 2 * LINK_PAD];
    }
    next = null;
    prev = null;
    onNodePartial = false;
    below = null;
    depth = 0;
    awaits = Awaits.NOTHING;
  }

  RcuHead rcuHead() {
    RcuHead head = rcuHead;
    if (head == null) {
      head = new RcuHead(this::gracePeriodOver);
      rcuHead = head;
    }
    return head;
  }

  private void gracePeriodOver(Cpu cpu) {
    if (cache != null) {
      cache.gracePeriodOver(cpu, this);
    }
  }

  /** Nobody pays for any object yet. */
  void makeExts() {
    if (exts == null || exts.objects() < objects) {
      exts = new ObjExts(objects);
    } else {
      exts.reset();
    }
  }

  /** Whether a request may have an object of it. */
  boolean pfmemallocMatch(Cpu cpu, int gfp) {
    return !pfmemalloc || Gfp.pfmemallocAllowed(cpu, gfp);
  }

  /** Constant while the slab lives. */
  int objects() {
    return objects;
  }

  long bytes() {
    return (long) PageAllocator.PAGE_BYTES << order;
  }
}
