package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Word;
import org.jspecify.annotations.Nullable;

/**
 * A node's partial slabs of one cache, and the full ones of a debugged cache. The lists are guarded
 * by list_lock; the counters are shared words.
 *
 * <p>Invariant INV-SLUB-4: nrPartial = length of the list; every member is marked, not frozen and
 * has a free object.
 */
final class KmemCacheNode {
  final SpinLock listLock;
  final Line line;
  final Word nrSlabs;
  final Word totalObjects;
  int nrPartial;
  @Nullable Slab head;
  @Nullable Slab tail;

  /** Debugged caches: slabs without a free object, linked as the partial ones are. */
  @Nullable Slab full;

  /** Slabs that are on no list since their bytes cannot be trusted. */
  int nrCorrupted;

  KmemCacheNode(SpinLock listLock, Line line, Word nrSlabs, Word totalObjects) {
    this.listLock = listLock;
    this.line = line;
    this.nrSlabs = nrSlabs;
    this.totalObjects = totalObjects;
  }

  void addHead(Slab slab) {
    slab.prev = null;
    slab.next = head;
    if (head == null) {
      tail = slab;
    } else {
      head.prev = slab;
    }
    head = slab;
    added(slab);
  }

  void addTail(Slab slab) {
    slab.next = null;
    slab.prev = tail;
    if (tail == null) {
      head = slab;
    } else {
      tail.next = slab;
    }
    tail = slab;
    added(slab);
  }

  private void added(Slab slab) {
    slab.onNodePartial = true;
    nrPartial++;
  }

  void remove(Slab slab) {
    if (slab.prev == null) {
      head = slab.next;
    } else {
      slab.prev.next = slab.next;
    }
    if (slab.next == null) {
      tail = slab.prev;
    } else {
      slab.next.prev = slab.prev;
    }
    slab.next = null;
    slab.prev = null;
    slab.onNodePartial = false;
    nrPartial--;
  }

  /** The first partial slab from one on that a request may have objects of. */
  @Nullable Slab firstFor(Cpu cpu, int gfp, @Nullable Slab from) {
    Slab slab = from;
    while (slab != null && !slab.pfmemallocMatch(cpu, gfp)) {
      slab = slab.next;
    }
    return slab;
  }

  void addFull(Slab slab) {
    slab.prev = null;
    slab.next = full;
    if (full != null) {
      full.prev = slab;
    }
    full = slab;
  }

  void removeFull(Slab slab) {
    if (slab.prev == null) {
      full = slab.next;
    } else {
      slab.prev.next = slab.next;
    }
    if (slab.next != null) {
      slab.next.prev = slab.prev;
    }
    slab.next = null;
    slab.prev = null;
  }
}
