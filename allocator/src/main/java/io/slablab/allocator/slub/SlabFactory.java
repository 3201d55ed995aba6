package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;
import org.jspecify.annotations.Nullable;

/** Makes slabs from pages and gives them back: where constructors and destructors run. */
final class SlabFactory {
  private static final int NONE = SlabWord.NONE;

  /** What of a caller's flags says how hard to try; the kernel's GFP_RECLAIM_MASK. */
  private static final int RECLAIM_GFP =
      Gfp.RECLAIM
          | Gfp.HIGH
          | Gfp.IO
          | Gfp.FS
          | Gfp.NOWARN
          | Gfp.NORETRY
          | Gfp.RETRY_MAYFAIL
          | Gfp.NOFAIL
          | Gfp.MEMALLOC
          | Gfp.NOMEMALLOC;

  private static final int PAGE_GFP = RECLAIM_GFP | Gfp.THISNODE;

  private final KmemCache cache;
  private final FreePointers pointers;

  /** Null when slabs are destructed at once. */
  private final @Nullable DeferredDestruction deferred;

  /** Null when nobody looks at free objects. */
  private final @Nullable RcuSlabs rcuSlabs;

  private final CacheGeometry geometry;

  /** A permutation of the objects of a slab of the preferred order, or null for address order. */
  private final int @Nullable [] randomSequence;

  // Each entry by its CPU alone; made by its first use.
  private final @Nullable SlabIter[] building;
  private final @Nullable SlabIter[] tearingDown;

  SlabFactory(KmemCache cache, int @Nullable [] randomSequence) {
    this.cache = cache;
    this.pointers = cache.pointers;
    this.geometry = cache.geometry;
    DeferredDtor policy = cache.args.destructs() ? cache.args.deferred() : null;
    this.deferred = policy == null ? null : new DeferredDestruction(cache, this, policy);
    this.rcuSlabs = cache.args.typesafeByRcu() ? new RcuSlabs(cache.slub, this) : null;
    this.randomSequence = randomSequence;
    this.building = new SlabIter[cache.cpus.length];
    this.tearingDown = new SlabIter[cache.cpus.length];
  }

  /**
   * A slab with all objects constructed and on the freelist of its word, not frozen, on no list. No
   * lock held.
   *
   * @param gfp how pages may be had
   * @param ctorGfp what the allocation's caller allows, and so its constructors
   * @return null when pages or a constructor failed; everything is undone then
   */
  @Nullable Slab make(Cpu cpu, int gfp, int ctorGfp, int node) {
    int preferred = gfp | Gfp.NOWARN | Gfp.NORETRY;
    preferred &= ~Gfp.NOFAIL;
    if (Gfp.blocking(gfp) && geometry.order() > geometry.minOrder()) {
      preferred = (preferred | Gfp.NOMEMALLOC) & ~Gfp.RECLAIM;
    }
    long pages = pages(cpu, geometry.order(), preferred, node);
    if (pages == 0) {
      return makeSmall(cpu, gfp, ctorGfp, node);
    }
    Slab slab = build(cpu, pages, geometry.order(), geometry.objects(), ctorGfp);
    boolean retry =
        slab == null && !cache.slub.config().faithful() && geometry.minOrder() < geometry.order();
    return retry ? makeSmall(cpu, gfp, ctorGfp, node) : slab;
  }

  /** The least order: fewer pages and fewer constructors that can fail. */
  private @Nullable Slab makeSmall(Cpu cpu, int gfp, int ctorGfp, int node) {
    long pages = pages(cpu, geometry.minOrder(), gfp, node);
    if (pages == 0) {
      return null;
    }
    cache.count(cpu, Stat.ORDER_FALLBACK);
    return build(cpu, pages, geometry.minOrder(), geometry.minOrderObjects(), ctorGfp);
  }

  private long pages(Cpu cpu, int order, int gfp, int node) {
    return cache.slub.pages().alloc(cpu, order, gfp & PAGE_GFP | allocFlags(order), node);
  }

  private int allocFlags(int order) {
    return (order > 0 ? Gfp.COMP : 0) | (reclaimable() ? Gfp.RECLAIMABLE : 0);
  }

  private boolean reclaimable() {
    return (cache.args.flags() & SlabFlags.RECLAIM_ACCOUNT) != 0;
  }

  /** The node's bytes in slabs: {@code sign} is 1 for a new slab, -1 for one that goes. */
  private void account(Cpu cpu, Slab slab, int sign) {
    long bytes = (long) PageAllocator.PAGE_BYTES << slab.order;
    cache.slub.pages().countSlab(cpu, slab.node, reclaimable(), sign * bytes);
  }

  private @Nullable Slab build(Cpu cpu, long pages, int order, int objects, int gfp) {
    Slab slab = cache.slub.table().claim(pages, order);
    slab.assign(cache, pages, order, objects);
    cache.slub.slabPages().taken(cpu, slab);
    account(cpu, slab, 1);
    ObjectHooks hooks = cache.hooks;
    if (hooks != null) {
      hooks.slabMade(cpu, pages, PageAllocator.PAGE_BYTES << order);
    }
    if ((gfp & Gfp.ZERO) != 0 && cache.args.hasLifeCycle()) {
      cache.slub.warnOfZero(cpu, cache);
    }
    if (cache.debug != null) {
      cache.debug.slabMade(slab);
    }
    if (!construct(cpu, slab, gfp)) {
      cache.count(cpu, Stat.SLAB_ALLOC_FAIL_CTOR);
      giveBack(cpu, slab);
      return null;
    }
    if (cache.debug == null) {
      count(cpu, slab);
    }
    cache.count(cpu, Stat.ALLOC_SLAB);
    return slab;
  }

  /** The slab belongs to the cache now; of a debugged cache once it is on its list. */
  void count(Cpu cpu, Slab slab) {
    KmemCacheNode node = cache.node(slab);
    node.nrSlabs.getAndAdd(cpu, 1);
    node.totalObjects.getAndAdd(cpu, slab.objects());
  }

  /** Undoes {@link #count}. */
  void uncount(Cpu cpu, Slab slab) {
    KmemCacheNode node = cache.node(slab);
    node.nrSlabs.getAndAdd(cpu, -1);
    node.totalObjects.getAndAdd(cpu, -slab.objects());
  }

  /**
   * Builds the freelist in hand-out order. When a constructor fails, the list ends before its
   * object, so that the list is exactly what was constructed.
   */
  private boolean construct(Cpu cpu, Slab slab, int gfp) {
    int objects = slab.objects();
    int start = randomSequence == null ? 0 : startOf(cpu);
    if (randomSequence != null) {
      cpu.charge(Cost.SLUB_SHUFFLE, objects);
    }
    SlabIter batch = beginBatch(cpu, slab);
    int head = NONE;
    int last = NONE;
    int position = start;
    for (int i = 0; i < objects; i++) {
      int index = i;
      if (randomSequence != null) {
        do {
          index = randomSequence[position];
          position = position + 1 == randomSequence.length ? 0 : position + 1;
        } while (index >= objects);
      }
      cpu.charge(Cost.SLUB_SETUP_OBJECT);
      if (batch != null) {
        batch.add(pointers.addressOf(slab, index));
      } else if (!constructOne(cpu, pointers.addressOf(slab, index), gfp)) {
        publish(cpu, slab, head, 0);
        return false;
      }
      if (last == NONE) {
        head = index;
      } else {
        pointers.setNext(slab, last, index);
      }
      pointers.setNext(slab, index, NONE);
      last = index;
    }
    int made = batch == null ? objects : constructBatch(cpu, batch, gfp);
    if (made < objects) {
      cutAfter(slab, head, made);
      head = made == 0 ? NONE : head;
    }
    publish(cpu, slab, head, 0);
    return made == objects;
  }

  private int allowed(int gfp) {
    return cache.slub.config().faithful() ? Gfp.GFP_KERNEL : gfp & RECLAIM_GFP;
  }

  // ---- whole slabs at a time ----

  private @Nullable SlabIter beginBatch(Cpu cpu, Slab slab) {
    return cache.args.batch() == null ? null : iterator(building, cpu, slab);
  }

  /** The CPU's own iterator, empty. Building may sleep, and other slabs be torn down meanwhile. */
  private SlabIter iterator(@Nullable SlabIter[] ofCpu, Cpu cpu, Slab slab) {
    SlabIter mine = ofCpu[cpu.id()];
    if (mine == null) {
      mine = new SlabIter(geometry.objects(), geometry.size());
      ofCpu[cpu.id()] = mine;
    }
    mine.reset(slab.start);
    return mine;
  }

  @SuppressWarnings("NullAway") // there is a batch only with its life cycle
  private int constructBatch(Cpu cpu, SlabIter batch, int gfp) {
    cpu.charge(Cost.CTOR);
    int made = constructMany(cpu, batch, gfp, cache.args.batch());
    cache.count(cpu, Stat.CTOR_CALLS, made);
    if (made < batch.count()) {
      cache.count(cpu, Stat.CTOR_FAIL);
    }
    return made;
  }

  private int constructMany(Cpu cpu, SlabIter batch, int gfp, SlabLifeCycle lifeCycle) {
    ObjectHooks hooks = cache.hooks;
    for (int i = 0; hooks != null && i < batch.count(); i++) {
      hooks.beforeCtor(cpu, batch.object(i), gfp);
    }
    int made = lifeCycle.constructMany(cpu, batch, allowed(gfp));
    for (int i = 0; hooks != null && i < batch.count(); i++) {
      hooks.afterCtor(cpu, batch.object(i), i < made);
    }
    return made;
  }

  /** Ends the freelist after its first {@code made} objects: those are what a roll-back undoes. */
  private void cutAfter(Slab slab, int head, int made) {
    int last = head;
    for (int i = 1; i < made; i++) {
      last = pointers.next(slab, last);
    }
    if (made > 0) {
      pointers.setNext(slab, last, NONE);
    }
  }

  private void destructBatch(Cpu cpu, Slab slab, SlabLifeCycle lifeCycle) {
    SlabIter batch = iterator(tearingDown, cpu, slab);
    int index = SlabWord.freelist(slab.word.getAcquire(cpu));
    while (index != NONE) {
      batch.add(pointers.addressOf(slab, index));
      index = pointers.next(slab, index);
    }
    if (batch.count() > 0) {
      cpu.charge(Cost.DTOR);
      destructMany(cpu, batch, lifeCycle);
      cache.count(cpu, Stat.DTOR_CALLS, batch.count());
    }
  }

  private void destructMany(Cpu cpu, SlabIter batch, SlabLifeCycle lifeCycle) {
    ObjectHooks hooks = cache.hooks;
    for (int i = 0; hooks != null && i < batch.count(); i++) {
      hooks.beforeDtor(cpu, batch.object(i));
    }
    lifeCycle.destructMany(cpu, batch);
    for (int i = 0; hooks != null && i < batch.count(); i++) {
      hooks.afterDtor(cpu, batch.object(i));
    }
  }

  private int startOf(Cpu cpu) {
    return (int) Long.remainderUnsigned(cpu.nextRandom(), geometry.objects());
  }

  private boolean constructOne(Cpu cpu, long object, int gfp) {
    Constructor ctor = cache.args.ctor();
    if (ctor == null) {
      return true;
    }
    cpu.charge(Cost.CTOR);
    ObjectHooks hooks = cache.hooks;
    if (hooks != null) {
      hooks.beforeCtor(cpu, object, gfp);
    }
    int error = ctor.construct(cpu, object, allowed(gfp));
    if (hooks != null) {
      hooks.afterCtor(cpu, object, error == 0);
    }
    cache.count(cpu, error == 0 ? Stat.CTOR_CALLS : Stat.CTOR_FAIL);
    return error == 0;
  }

  /** Release: the partner is whoever first reads the word of this slab by acquire. */
  private static void publish(Cpu cpu, Slab slab, int head, int inuse) {
    slab.word.setRelease(
        cpu, SlabWord.of(head, inuse, slab.objects(), false, slab.word.getAcquire(cpu)));
  }

  /** Gives an empty slab back. No spin lock of ours is held (INV-SLUB-8). */
  void discard(Cpu cpu, Slab slab) {
    uncount(cpu, slab);
    release(cpu, slab);
  }

  /** The same for one that is not counted any more. */
  void release(Cpu cpu, Slab slab) {
    cpu.charge(Cost.SLUB_DISCARD);
    if (cache.debug != null) {
      cache.debug.slabEnds(cpu, slab);
    }
    if (rcuSlabs == null) {
      giveBack(cpu, slab);
    } else {
      rcuSlabs.push(cpu, slab);
    }
  }

  @Nullable RcuSlabs rcuSlabs() {
    return rcuSlabs;
  }

  @Nullable DeferredDestruction deferred() {
    return deferred;
  }

  /** To who destructs and frees: at once, or the worker. Nobody looks at the slab any more. */
  void giveBack(Cpu cpu, Slab slab) {
    if (deferred == null) {
      int pages = 1 << slab.order; // read before the pages may become somebody else's
      destroy(cpu, slab);
      cpu.addReclaimed(pages);
    } else {
      deferred.push(cpu, slab);
    }
  }

  /** Destructs what is on the freelist, then frees the pages. */
  void destroy(Cpu cpu, Slab slab) {
    Destructor dtor = cache.args.dtor();
    if (dtor != null) {
      destructEach(cpu, slab, dtor);
    }
    SlabLifeCycle batch = cache.args.batch();
    if (batch != null) {
      destructBatch(cpu, slab, batch);
    }
    if (cache.hooks != null) {
      cache.hooks.slabGone(cpu, slab.base, PageAllocator.PAGE_BYTES << slab.order);
    }
    cache.slub.slabPages().given(cpu, slab);
    account(cpu, slab, -1);
    cache.slub.table().release(slab);
    cache.slub.pages().free(cpu, slab.base, slab.order);
  }

  private void destructEach(Cpu cpu, Slab slab, Destructor dtor) {
    int index = SlabWord.freelist(slab.word.getAcquire(cpu));
    while (index != NONE) {
      cpu.charge(Cost.DTOR);
      destructOne(cpu, pointers.addressOf(slab, index), dtor);
      cache.count(cpu, Stat.DTOR_CALLS);
      index = pointers.next(slab, index); // still there: the free pointer lies outside the object
    }
  }

  private void destructOne(Cpu cpu, long object, Destructor dtor) {
    ObjectHooks hooks = cache.hooks;
    if (hooks != null) {
      hooks.beforeDtor(cpu, object);
    }
    dtor.destruct(cpu, object);
    if (hooks != null) {
      hooks.afterDtor(cpu, object);
    }
  }
}
