package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.slub.ObjectHistory.Track;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers the objects in use of a debugged cache by who handed them out, or who freed them. */
final class CallSiteReport {
  private final KmemCache cache;
  private final Tracks tracks;
  private final ObjectBytes bytes;
  private final boolean frees;
  private final long nowNs;
  private final Map<String, Gathered> bySite = new HashMap<>();

  /** The uses of one site so far. */
  private static final class Gathered {
    private final SortedSet<Integer> cpus = new TreeSet<>();
    private final SortedSet<Integer> nodes = new TreeSet<>();
    private long objects;
    private long waste;
    private long ageMin = Long.MAX_VALUE;
    private long ageSum;
    private long ageMax;

    private void add(@Nullable Track track, long wasteBytes, int node, long nowNs) {
      objects++;
      waste += wasteBytes;
      nodes.add(node);
      long age = track == null ? 0 : nowNs - track.whenNs();
      ageMin = Math.min(ageMin, age);
      ageMax = Math.max(ageMax, age);
      ageSum += age;
      if (track != null) {
        cpus.add(track.cpu());
      }
    }

    private CallSiteUse use(String site) {
      return new CallSiteUse(site, objects, waste, ageMin, ageSum / objects, ageMax, cpus, nodes);
    }
  }

  private CallSiteReport(
      KmemCache cache, Tracks tracks, ObjectBytes bytes, boolean frees, long nowNs) {
    this.cache = cache;
    this.tracks = tracks;
    this.bytes = bytes;
    this.frees = frees;
    this.nowNs = nowNs;
  }

  /** Most objects first; takes each node's list_lock in turn. */
  static List<CallSiteUse> of(
      Cpu cpu, KmemCache cache, Tracks tracks, ObjectBytes bytes, boolean frees) {
    long nowNs = cache.slub.machine().nowNs();
    CallSiteReport report = new CallSiteReport(cache, tracks, bytes, frees, nowNs);
    for (KmemCacheNode node : cache.nodes) {
      node.listLock.lockIrqsave(cpu);
      try {
        report.addSlabs(node.head);
        report.addSlabs(node.full);
      } finally {
        node.listLock.unlockIrqrestore(cpu);
      }
    }
    List<CallSiteUse> uses = new ArrayList<>();
    report.bySite.forEach((site, gathered) -> uses.add(gathered.use(site)));
    uses.sort(
        Comparator.comparingLong(CallSiteUse::objects).reversed().thenComparing(CallSiteUse::site));
    return uses;
  }

  private void addSlabs(@Nullable Slab first) {
    for (Slab slab = first; slab != null; slab = slab.next) {
      BitSet free = free(slab);
      for (int i = free.nextClearBit(0); i < slab.objects(); i = free.nextClearBit(i + 1)) {
        add(cache.pointers.addressOf(slab, i), slab.node);
      }
    }
  }

  private BitSet free(Slab slab) {
    BitSet free = new BitSet();
    int index = SlabWord.freelist(slab.word.peek());
    while (index >= 0 && index != SlabWord.NONE && !free.get(index)) { // ends where it is broken
      free.set(index);
      index = cache.pointers.nextIfValid(slab, index);
    }
    return free;
  }

  private void add(long object, int node) {
    Track track = frees ? tracks.free(object) : tracks.allocation(object);
    String site = track == null ? CallSiteUse.UNKNOWN : track.site();
    int waste = cache.geometry.objectSize() - bytes.requested(object);
    bySite.computeIfAbsent(site, _ -> new Gathered()).add(track, waste, node, nowNs);
  }
}
