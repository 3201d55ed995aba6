package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Allocation and free of a cache with any of {@link SlabFlags#DEBUG_FLAGS}: one object at a time
 * under list_lock, checked on its way.
 *
 * <pre>
 *   state of a slab   frozen  list          freelist       inuse
 *   partial           0       node partial  at least one   0 .. objects - 1
 *   full              0       node full     none           objects
 *   corrupted         1       none          none           objects, for good
 * </pre>
 *
 * No CPU ever has a slab or a partial stack, so that the fast paths find nothing and turn here. A
 * slab that fails a check when an object of it is handed out is taken out of use with all its
 * objects; one that fails at a free keeps that object in use. Both leak, on purpose.
 */
final class DebugPath {
  private static final int NONE = SlabWord.NONE;

  private final KmemCache cache;
  private final FreePointers pointers;
  private final SlabFactory factory;
  private final SlabLog log;
  private final ObjectBytes bytes;
  private final SlabChecks checks;
  private final @Nullable Tracks tracks;
  private final boolean consistency;
  private final boolean trace;

  DebugPath(KmemCache cache, SlabFactory factory) {
    int flags = cache.flags();
    DebugLayout layout = DebugLayout.of(cache.geometry, cache.args);
    Slub slub = cache.slub;
    this.cache = cache;
    this.pointers = cache.pointers;
    this.factory = factory;
    this.log = slub.log();
    this.tracks =
        (flags & SlabFlags.STORE_USER) == 0
            ? null
            : new Tracks(slub.machine(), slub.memory(), slub.callSites(), layout.tracks());
    this.bytes = new ObjectBytes(cache, layout, tracks);
    this.checks = new SlabChecks(cache, bytes);
    this.consistency = (flags & SlabFlags.CONSISTENCY_CHECKS) != 0;
    this.trace = (flags & SlabFlags.TRACE) != 0;
  }

  /** A slab has its pages; nothing is constructed yet, nobody else knows it. */
  void slabMade(Slab slab) {
    bytes.initSlab(slab);
  }

  /** An empty slab is about to be destructed; nobody else knows it any more. */
  void slabEnds(Cpu cpu, Slab slab) {
    if (consistency) {
      checks.checkEmpty(cpu, slab);
    }
  }

  // ---- allocation ----

  /**
   * @return address, or 0
   */
  long alloc(Cpu cpu, int gfp, int node) {
    cpu.charge(Cost.SLUB_SLOW);
    cache.count(cpu, Stat.ALLOC_SLOWPATH);
    int site = tracks == null ? 0 : tracks.site();
    int wanted = node == PageAllocator.NUMA_NO_NODE ? cpu.node() : node;
    long object = fromPartial(cpu, gfp, cache.nodes[wanted], site);
    boolean only = node != PageAllocator.NUMA_NO_NODE && (gfp & Gfp.THISNODE) != 0;
    if (object == 0 && node != PageAllocator.NUMA_NO_NODE && !only) {
      object = fromNew(cpu, Gfp.GFP_NOWAIT | Gfp.THISNODE, gfp, node, site);
    }
    if (object == 0 && !only) {
      object = fromOtherNodes(cpu, gfp, wanted, site);
    }
    if (object == 0) {
      object = fromNew(cpu, gfp, gfp, node, site);
    }
    if (object == 0) {
      cache.slub.reportOutOfMemory(cpu, cache, gfp, node);
    }
    return object;
  }

  private long fromOtherNodes(Cpu cpu, int gfp, int from, int site) {
    if (cache.nodes.length == 1 || !cache.tunables.triesOtherNodes(cpu)) {
      return 0;
    }
    for (int node : cache.slub.zonelist(from)) {
      if (node != from && cache.nodes[node].nrPartial > cache.tunables.minPartial) {
        long object = fromPartial(cpu, gfp, cache.nodes[node], site);
        if (object != 0) {
          return object;
        }
      }
    }
    return 0;
  }

  private long fromPartial(Cpu cpu, int gfp, KmemCacheNode node, int site) {
    cpu.read(node.line);
    if (node.nrPartial == 0) { // racy: an unseen addition costs a new slab, nothing else
      return 0;
    }
    node.listLock.lockIrqsave(cpu);
    try {
      cpu.charge(Cost.SLUB_PARTIAL_WALK);
      cpu.write(node.line);
      for (Slab slab = node.firstFor(cpu, gfp, node.head); slab != null; ) {
        final Slab next = slab.next;
        long object = take(cpu, slab, site);
        if (object == 0) {
          node.remove(slab);
          giveUp(cpu, node, slab);
        } else {
          cache.count(cpu, Stat.ALLOC_FROM_PARTIAL);
          if (isFull(cpu, slab)) {
            node.remove(slab);
            node.addFull(slab);
          }
          return object;
        }
        slab = node.firstFor(cpu, gfp, next);
      }
      return 0;
    } finally {
      node.listLock.unlockIrqrestore(cpu);
    }
  }

  private long fromNew(Cpu cpu, int gfp, int ctorGfp, int node, int site) {
    Slab slab = factory.make(cpu, gfp, ctorGfp, node);
    if (slab == null) {
      return 0;
    }
    KmemCacheNode home = cache.node(slab);
    home.listLock.lockIrqsave(cpu);
    try {
      cpu.write(home.line);
      factory.count(cpu, slab); // with its list, so that validation finds them equal
      long object = take(cpu, slab, site);
      if (object == 0) {
        giveUp(cpu, home, slab);
      } else if (isFull(cpu, slab)) {
        home.addFull(slab);
      } else {
        home.addHead(slab);
      }
      return object;
    } finally {
      home.listLock.unlockIrqrestore(cpu);
    }
  }

  private static boolean isFull(Cpu cpu, Slab slab) {
    return SlabWord.freelist(slab.word.getAcquire(cpu)) == NONE;
  }

  /** The first object of the freelist, or 0 when a check failed. */
  private long take(Cpu cpu, Slab slab, int site) {
    long word = slab.word.getAcquire(cpu);
    int head = SlabWord.freelist(word);
    long object = pointers.addressOf(slab, head);
    if (consistency && !(checks.isSound(cpu, slab) && bytes.check(cpu, slab, object, false))) {
      return 0;
    }
    int inuse = SlabWord.inuse(word);
    set(cpu, slab, pointers.next(slab, head), inuse + 1);
    bytes.initInUse(object);
    if (tracks != null) {
      tracks.allocated(cpu, object, site);
    }
    trace(cpu, object, true, inuse);
    return object;
  }

  /** On no list from now on: what is wrong with one object may be wrong with the others. */
  private void giveUp(Cpu cpu, KmemCacheNode node, Slab slab) {
    long word = slab.word.getAcquire(cpu);
    slab.word.setRelease(cpu, SlabWord.of(NONE, slab.objects(), slab.objects(), true, word));
    node.nrCorrupted++;
    bytes.repaired(cpu, "all objects of the slab marked as used", slab.base);
  }

  /**
   * Plain order would do: all who change the word of a debugged slab hold list_lock. Release is for
   * statistics, which read without it.
   */
  private static void set(Cpu cpu, Slab slab, int freelist, int inuse) {
    slab.word.setRelease(
        cpu, SlabWord.of(freelist, inuse, slab.objects(), false, slab.word.getAcquire(cpu)));
  }

  private void trace(Cpu cpu, long object, boolean alloc, int inuse) {
    if (trace) {
      log.add(cpu, new SlabTrace(cache.name(), object, alloc, cpu.id(), inuse));
    }
  }

  /** The user of a general cache asked for so many bytes only. */
  void request(Cpu cpu, Slab slab, long object, int requestedBytes) {
    KmemCacheNode node = cache.node(slab);
    node.listLock.lockIrqsave(cpu);
    bytes.request(object, requestedBytes);
    node.listLock.unlockIrqrestore(cpu);
  }

  /** Puts back what {@link #request} kept; by the one who frees the object. */
  void keepRequested(long object, int requestedBytes) {
    bytes.keepRequested(object, requestedBytes);
  }

  /** Bytes that were asked for; the object's size where that is not kept. */
  int requested(long object) {
    return bytes.requested(object);
  }

  // ---- free ----

  /**
   * @param slab what the address lies on, or null
   * @throws IllegalArgumentException when no object starts at the address, without {@link
   *     SlabFlags#CONSISTENCY_CHECKS}; with them it is reported
   */
  void free(Cpu cpu, @Nullable Slab slab, long object) {
    cpu.charge(Cost.SLUB_FREE_SLOW);
    cache.count(cpu, Stat.FREE_SLOWPATH);
    KmemCache owner = slab == null ? null : slab.cache;
    if (slab == null || owner != cache) {
      String name = owner == null ? "" : owner.name();
      log.add(cpu, new SlabError.WrongCache(cache.name(), name, object));
      if (owner != null && cache.slub.config().sheaves() == SheafMode.OPT_IN) {
        owner.free(cpu, object); // newer kernels, which have sheaves for all, let it leak
      }
      return;
    }
    int site = tracks == null ? 0 : tracks.site();
    KmemCacheNode node = cache.node(slab);
    boolean ends;
    node.listLock.lockIrqsave(cpu);
    try {
      ends = freeLocked(cpu, node, slab, object, site);
    } finally {
      node.listLock.unlockIrqrestore(cpu);
    }
    if (ends) {
      cache.count(cpu, Stat.FREE_SLAB);
      factory.release(cpu, slab);
    }
  }

  /**
   * @return whether the slab is empty and not wanted any more; it is off the lists then
   */
  private boolean freeLocked(Cpu cpu, KmemCacheNode node, Slab slab, long object, int site) {
    if (SlabWord.frozen(slab.word.getAcquire(cpu))) {
      return false; // its objects leak, this one too
    }
    if (consistency && !isFreeable(cpu, slab, object)) {
      bytes.repaired(cpu, "object not freed", object);
      return false;
    }
    int index = pointers.checkedIndex(slab, object);
    long word = slab.word.getAcquire(cpu);
    int prior = SlabWord.freelist(word);
    int inuse = SlabWord.inuse(word);
    if (inuse == 0) {
      throw new IllegalStateException(
          "more frees than objects in use: cache=" + cache.name() + " slab=" + slab.base);
    }
    cache.zeroing.freed(object, this);
    pointers.setNext(slab, index, prior);
    set(cpu, slab, index, inuse - 1);
    bytes.initFree(object);
    if (tracks != null) {
      tracks.freed(cpu, object, site);
    }
    trace(cpu, object, false, inuse);
    return settle(cpu, node, slab, prior == NONE, inuse == 1);
  }

  private boolean isFreeable(Cpu cpu, Slab slab, long object) {
    if (!checks.isSound(cpu, slab)) {
      return false;
    }
    if (!pointers.isObject(slab, object)) {
      log.add(cpu, new SlabError.InvalidPointer(cache.name(), slab.base, object));
      return false;
    }
    if (checks.isFree(cpu, slab, pointers.indexOf(slab, object))) {
      log.add(cpu, new SlabError.AlreadyFree(cache.name(), object, bytes.history(object)));
      return false;
    }
    return bytes.check(cpu, slab, object, true);
  }

  private boolean settle(Cpu cpu, KmemCacheNode node, Slab slab, boolean wasFull, boolean empty) {
    cpu.write(node.line);
    boolean ends = empty && node.nrPartial >= cache.tunables.minPartial;
    if (wasFull) {
      node.removeFull(slab);
    } else if (ends) {
      node.remove(slab);
      cache.count(cpu, Stat.FREE_REMOVE_PARTIAL);
    }
    if (ends) {
      factory.uncount(cpu, slab);
    } else if (wasFull) {
      node.addTail(slab);
      cache.count(cpu, Stat.FREE_ADD_PARTIAL);
    }
    return ends;
  }

  // ---- inspection ----

  /** Checks every slab; what is wrong is in the log afterwards. */
  void validate(Cpu cpu) {
    checks.validate(cpu);
  }

  /**
   * Objects in use by who handed them out, or by who freed them before that.
   *
   * @throws IllegalStateException without {@link SlabFlags#STORE_USER}
   */
  List<CallSiteUse> callSites(Cpu cpu, boolean frees) {
    if (tracks == null) {
      throw new IllegalStateException("users are not stored: cache=" + cache.name());
    }
    return CallSiteReport.of(cpu, cache, tracks, bytes, frees);
  }
}
