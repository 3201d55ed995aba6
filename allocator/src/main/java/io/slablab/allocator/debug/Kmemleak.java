package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.slub.HookSource;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.ObjectHooks;
import io.slablab.allocator.slub.PersistentRange;
import io.slablab.allocator.slub.SlabFlags;
import io.slablab.allocator.slub.Slub;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds objects and per-CPU areas that are allocated and that nothing refers to.
 *
 * <p>Registered are objects from their allocation to their free, and areas. A scan starts from
 * addresses that users hold, and those that designs keep for later, reads the words of every object
 * it reaches, and takes each word for the address of an object and for a percpu pointer, also into
 * the middle. As the kernel's it errs towards references: a number may look like an address.
 *
 * <p>Objects on a list refer to their neighbours there, and own none of them. Compatible: links
 * that a cache declares are no references, so that a lost object is found among live ones.
 * Faithful: one live neighbour hides it.
 *
 * <p>A free constructed object owns areas and is not registered. Compatible: the slabs of caches
 * that destruct are read for their whole life, but for percpu pointers alone: a free object owns
 * areas, while the objects on a list with it are not its own. That was preferred to a mark on such
 * areas, which would hide one whose only pointer is lost. Faithful: they are not read, and every
 * area of a free object is reported.
 *
 * <p>Threads: registering by all CPUs, under {@code kmemleak_lock}, a leaf; scans at rest.
 */
public final class Kmemleak implements HookSource {
  private static final LockClass LOCK =
      LockClass.leaf("kmemleak_lock", LockClass.Kind.RAW_SPIN_IRQSAVE, 0);

  /** Keeps addresses of objects where no object's bytes show them. */
  @FunctionalInterface
  public interface Roots {
    /** Shows each; at rest. */
    void forEach(LongConsumer root);
  }

  /** What is registered. */
  private record Block(
      long start, int bytes, String cache, int cpu, int chain, @Nullable PersistentRange links) {
    boolean covers(long address) {
      return address - start < bytes;
    }

    /** Whether the word there belongs to a list that the object is on with others. */
    boolean isLink(int offset) {
      return links != null && offset >= links.offset() && offset < links.end();
    }
  }

  private final Memory memory;
  private final Reports reports;
  private final boolean faithful;
  private final SpinLock lock;
  private final StackDepot depot = new StackDepot();
  private final List<Roots> kept = new CopyOnWriteArrayList<>();

  // Under the lock, by start.
  private final TreeMap<Long, Block> objects = new TreeMap<>();
  private final TreeMap<Long, Block> areas = new TreeMap<>();

  /** Slabs that own areas: bytes by address. Under the lock. */
  private final TreeMap<Long, Integer> slabs = new TreeMap<>();

  Kmemleak(Machine machine, Slub slub, Reports reports, boolean faithful) {
    this.memory = slub.memory();
    this.reports = reports;
    this.faithful = faithful;
    this.lock = machine.spinLock(LOCK);
  }

  // ---- registering ----

  @Override
  public @Nullable ObjectHooks hooks(KmemCache cache) {
    boolean skipped = (cache.args().flags() & SlabFlags.NOLEAKTRACE) != 0;
    return skipped ? null : new Hooks(cache);
  }

  private final class Hooks extends ObjectHooks {
    private final String cache;
    private final int objectSize;
    private final @Nullable PersistentRange links;
    private final boolean owner;

    Hooks(KmemCache cache) {
      this.cache = cache.name();
      this.objectSize = cache.geometry().objectSize();
      this.links = faithful ? null : cache.args().watch().links();
      this.owner = !faithful && cache.args().destructs();
    }

    @Override
    public boolean afterAlloc(Cpu cpu, long object, int gfp) {
      put(cpu, objects, new Block(object, objectSize, cache, cpu.id(), depot.save(), links));
      return true;
    }

    @Override
    public boolean beforeFree(Cpu cpu, long object) {
      remove(cpu, objects, object);
      return false;
    }

    @Override
    public void slabMade(Cpu cpu, long base, int bytes) {
      if (owner) {
        lock.lockIrqsave(cpu);
        slabs.put(base, bytes);
        lock.unlockIrqrestore(cpu);
      }
    }

    @Override
    public void slabGone(Cpu cpu, long base, int bytes) {
      if (owner) {
        remove(cpu, slabs, base);
      }
    }
  }

  /** Asks somebody in each scan from now on, beside the addresses it is given. */
  public void addRoots(Roots roots) {
    kept.add(roots);
  }

  void areaAllocated(Cpu cpu, long pointer, int bytes) {
    put(cpu, areas, new Block(pointer, bytes, "", cpu.id(), depot.save(), null));
  }

  void areaFreed(Cpu cpu, long pointer) {
    remove(cpu, areas, pointer);
  }

  private void put(Cpu cpu, TreeMap<Long, Block> to, Block block) {
    lock.lockIrqsave(cpu);
    to.put(block.start, block);
    lock.unlockIrqrestore(cpu);
  }

  private void remove(Cpu cpu, TreeMap<Long, ?> from, long start) {
    lock.lockIrqsave(cpu);
    from.remove(start);
    lock.unlockIrqrestore(cpu);
  }

  // ---- scanning ----

  /**
   * Reports what nothing refers to; each time anew.
   *
   * @param roots addresses that users hold: of objects, or into them
   * @return what is reported
   */
  public List<KmemleakReport> scan(Cpu cpu, List<Long> roots) {
    Scan scan = new Scan();
    lock.lockIrqsave(cpu);
    roots.forEach(scan::reachObject);
    kept.forEach(each -> each.forEach(scan::reachObject));
    scan.readReached();
    slabs.forEach(scan::readForAreas);
    lock.unlockIrqrestore(cpu);
    List<KmemleakReport> found = new ArrayList<>();
    for (Block object : objects.values()) {
      if (!scan.reachedObjects.contains(object.start)) {
        found.add(report(KmemleakReport.Kind.OBJECT, object));
      }
    }
    for (Block area : areas.values()) {
      if (!scan.reachedAreas.contains(area.start)) {
        found.add(report(KmemleakReport.Kind.PERCPU_AREA, area));
      }
    }
    found.forEach(reports::add);
    return found;
  }

  private KmemleakReport report(KmemleakReport.Kind kind, Block block) {
    Track by = new Track(block.cpu, depot.fetch(block.chain));
    return new KmemleakReport(kind, block.start, block.bytes, block.cache, by);
  }

  /** One walk from the roots: what was reached is never read twice. */
  private final class Scan {
    final Set<Long> reachedObjects = new HashSet<>();
    final Set<Long> reachedAreas = new HashSet<>();
    private final Deque<Block> unread = new ArrayDeque<>();

    void reachObject(long address) {
      Block object = covering(objects, address);
      if (object != null && reachedObjects.add(object.start)) {
        unread.add(object);
      }
    }

    private void reachArea(long pointer) {
      Block area = covering(areas, pointer);
      if (area != null) {
        reachedAreas.add(area.start);
      }
    }

    private static @Nullable Block covering(TreeMap<Long, Block> blocks, long address) {
      Map.Entry<Long, Block> below = blocks.floorEntry(address);
      return below != null && below.getValue().covers(address) ? below.getValue() : null;
    }

    void readReached() {
      for (Block object = unread.poll(); object != null; object = unread.poll()) {
        for (int at = 0; at + Long.BYTES <= object.bytes; at += Long.BYTES) {
          long word = memory.getLong(object.start + at);
          if (!object.isLink(at)) {
            reachObject(word);
          }
          reachArea(word);
        }
      }
    }

    void readForAreas(long slab, int bytes) {
      for (int at = 0; at < bytes; at += Long.BYTES) {
        reachArea(memory.getLong(slab + at));
      }
    }
  }

  /** Objects registered; at rest. */
  public int objects() {
    return objects.size();
  }

  /** Areas registered; at rest. */
  public int areas() {
    return areas.size();
  }
}
