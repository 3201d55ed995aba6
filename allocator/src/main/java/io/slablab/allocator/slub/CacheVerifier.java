package io.slablab.allocator.slub;

import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Checks the invariants of one cache at rest that show in its structures: INV-SLUB-1 (on the
 * freelists), 2, 3, 4, 6, 7, 9. The others are about what happens between two states.
 */
final class CacheVerifier {
  private final KmemCache cache;
  private final Set<Slab> cpuSlabs = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Slab> cpuPartials = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Slab> nodePartials = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Of a debugged cache: full slabs, which are on a list too. */
  private final Set<Slab> nodeFull = Collections.newSetFromMap(new IdentityHashMap<>());

  CacheVerifier(KmemCache cache) {
    this.cache = cache;
  }

  void verify() {
    for (KmemCacheCpu c : cache.cpus) {
      verifyCpu(c);
    }
    for (KmemCacheNode node : cache.nodes) {
      verifyNode(node);
    }
    long slabs = 0;
    long objects = 0;
    for (Slab slab : cache.slub.table().slabsOf(cache)) {
      verifySlab(slab);
      slabs++;
      objects += slab.objects();
    }
    verifyCounters(slabs, objects, verifyLeaving());
  }

  private void verifyCpu(KmemCacheCpu c) {
    Slab slab = c.slab;
    check(slab != null || c.freelist == SlabWord.NONE, "freelist without a slab");
    if (slab != null) {
      cpuSlabs.add(slab);
      long word = slab.word.peek();
      check(SlabWord.frozen(word), "INV-SLUB-3: cpu slab not frozen");
      BitSet seen = new BitSet();
      int remote = length(slab, SlabWord.freelist(word), seen);
      check(
          SlabWord.inuse(word) == slab.objects() - remote,
          "INV-SLUB-3: inuse differs from objects - remote frees");
      check(
          length(slab, c.freelist, seen) + remote <= slab.objects(),
          "INV-SLUB-3: more free than objects");
    }
    int depth = c.partial == null ? 0 : c.partial.depth;
    for (Slab partial = c.partial; partial != null; partial = partial.below) {
      check(partial.depth == depth, "INV-SLUB-6: depth of the partial stack");
      check(cpuPartials.add(partial), "slab twice on a partial stack");
      check(!partial.onNodePartial, "slab on a cpu stack and a node list");
      depth--;
    }
    check(depth == 0, "INV-SLUB-6: depth of the partial stack");
    check(
        c.partial == null || c.partial.depth <= Math.max(1, cache.tunables.cpuPartialSlabs),
        "INV-SLUB-6: partial stack too deep");
  }

  private void verifyNode(KmemCacheNode node) {
    int length = 0;
    for (Slab slab = node.head; slab != null; slab = slab.next) {
      length++;
      check(nodePartials.add(slab), "slab twice on a node list");
      check(slab.onNodePartial, "INV-SLUB-4: list member unmarked");
      check(cache.node(slab) == node, "slab on the list of another node");
      long word = slab.word.peek();
      check(!SlabWord.frozen(word), "INV-SLUB-4: list member frozen");
      check(
          SlabWord.freelist(word) != SlabWord.NONE, "INV-SLUB-4: list member without free object");
    }
    check(length == node.nrPartial, "INV-SLUB-4: nrPartial differs from the list");
    for (Slab slab = node.full; slab != null; slab = slab.next) {
      check(nodeFull.add(slab), "slab twice on a full list");
      check(!nodePartials.contains(slab), "slab on a partial and a full list");
      check(SlabWord.freelist(slab.word.peek()) == SlabWord.NONE, "full slab with a free object");
    }
  }

  private void verifySlab(Slab slab) {
    long word = slab.word.peek();
    check(SlabWord.objects(word) == slab.objects(), "objects differ from the word");
    int places =
        (cpuSlabs.contains(slab) ? 1 : 0)
            + (cpuPartials.contains(slab) ? 1 : 0)
            + (nodePartials.contains(slab) ? 1 : 0);
    check(places <= 1, "slab in two places");
    check(slab.onNodePartial == nodePartials.contains(slab), "INV-SLUB-4: mark without list");
    if (cpuSlabs.contains(slab)) {
      return;
    }
    boolean corrupted = cache.debug != null && SlabWord.frozen(word);
    check(corrupted || !SlabWord.frozen(word), "frozen slab that is no cpu slab");
    check(!corrupted || places == 0, "corrupted slab on a list");
    boolean listed = cache.debug != null && !corrupted && places == 0;
    check(listed == nodeFull.contains(slab), "full list differs from the full slabs");
    check(
        length(slab, SlabWord.freelist(word), new BitSet())
            == slab.objects() - SlabWord.inuse(word),
        "INV-SLUB-2: freelist length");
    check(places == 1 || SlabWord.inuse(word) == slab.objects(), "partial slab on no list is lost");
  }

  /**
   * Slabs that await their end: as many as are counted, all their constructed objects free.
   *
   * @return objects constructed on them
   */
  private long verifyLeaving() {
    return verifyLeaving(Slab.Awaits.WORKER, cache.deferredStats().backlog())
        + verifyLeaving(Slab.Awaits.GRACE_PERIOD, cache.slabsInGracePeriod());
  }

  private long verifyLeaving(Slab.Awaits awaits, long counted) {
    long slabs = 0;
    long constructed = 0;
    for (Slab slab : cache.slub.table().slabsOf(cache, awaits)) {
      slabs++;
      long word = slab.word.peek();
      check(SlabWord.inuse(word) == 0, "slab with objects in use awaits " + awaits);
      constructed += length(slab, SlabWord.freelist(word), new BitSet());
    }
    check(slabs == counted, counted + " slabs counted that await " + awaits + ", not " + slabs);
    return constructed;
  }

  private void verifyCounters(long slabs, long objects, long leaving) {
    long counted = 0;
    long countedObjects = 0;
    for (KmemCacheNode node : cache.nodes) {
      counted += node.nrSlabs.peek();
      countedObjects += node.totalObjects.peek();
    }
    check(counted == slabs, "nr_slabs " + counted + " differs from " + slabs);
    check(countedObjects == objects, "total_objects differs");
    long inUse = cache.stats().objectsInUse();
    check(inUse >= 0 && inUse <= objects, "INV-SLUB-7: " + inUse + " of " + objects + " in use");
    if (cache.args.batch() != null || (cache.args.ctor() != null && cache.args.dtor() != null)) {
      long alive = 0;
      for (KmemCacheCpu c : cache.cpus) {
        alive += c.value(Stat.CTOR_CALLS) - c.value(Stat.DTOR_CALLS);
      }
      long constructed = objects + leaving;
      check(alive == constructed, "INV-SLUB-9: ctor - dtor = " + alive + " not " + constructed);
    }
  }

  /** Also checks that no object is twice on the slab's lists (INV-SLUB-1). */
  private int length(Slab slab, int head, BitSet seen) {
    int length = 0;
    for (int index = head; index != SlabWord.NONE; index = cache.pointers.next(slab, index)) {
      check(index < slab.objects(), "free index out of the slab");
      check(!seen.get(index), "INV-SLUB-1: object twice on the freelists");
      seen.set(index);
      length++;
    }
    return length;
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what + " (cache " + cache.name() + ")");
    }
  }
}
