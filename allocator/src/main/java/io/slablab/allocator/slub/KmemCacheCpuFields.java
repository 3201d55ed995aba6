package io.slablab.allocator.slub;

import io.slablab.allocator.machine.LinePad;
import org.jspecify.annotations.Nullable;

/**
 * The fields of {@link KmemCacheCpu}. Only the holder of the CPU's token touches them.
 *
 * <p>Invariant INV-SLUB-3: length(freelist) + length(slab's own freelist) + objects in users' hands
 * = objects of the slab. INV-SLUB-12: every change of slab or freelist outside the fast paths bumps
 * tid. While {@code freelist != NONE}: {@code head = base + freelist * size}.
 */
abstract class KmemCacheCpuFields extends LinePad {
  private static final char[] NO_LINKS = new char[0];

  /** Index of the first free object of {@link #slab}, or {@link SlabWord#NONE}. */
  int freelist = SlabWord.NONE;

  /**
   * Address of that object. Kept beside the index so that an object freed and allocated again goes
   * through one store and one load, not through a division and a multiplication.
   */
  long head;

  @Nullable Slab slab;

  // Of the slab, kept here so that the fast paths read this object alone: where its first object
  // starts, and its links.
  long base;
  char[] links = NO_LINKS;

  /** Top of the stack of partial slabs. */
  @Nullable Slab partial;

  long fastAllocs;
  long fastFrees;

  /** Changes of slab or freelist outside the fast paths. */
  private long slowChanges;

  private final int cpu;
  private final int cpus;

  /** The slow paths' counters lie between two unused lines' worth, for {@link LinePad}. */
  private final long[] stats = new long[Stat.values().length + 2 * PAD_LONGS];

  /** What the counters stood at when they were cleared: by any CPU, for readers alone. */
  private final long[] cleared = new long[Stat.values().length];

  KmemCacheCpuFields(int cpu, int cpus) {
    this.cpu = cpu;
    this.cpus = cpus;
  }

  /**
   * The transaction id: unique over all CPUs, another one after every change. It is derived from
   * the counters that the fast paths keep anyway.
   */
  long tid() {
    return cpu + cpus * (fastAllocs + fastFrees + slowChanges);
  }

  void bumpTid() {
    slowChanges++;
  }

  void count(Stat stat) {
    stats[PAD_LONGS + stat.ordinal()]++;
  }

  void count(Stat stat, int times) {
    stats[PAD_LONGS + stat.ordinal()] += times;
  }

  /** Since the beginning, or since it was cleared. */
  long value(Stat stat) {
    return raw(stat) - cleared[stat.ordinal()];
  }

  /** The counters themselves go on: the transaction id is made of two of them. */
  void clear(Stat stat) {
    cleared[stat.ordinal()] = raw(stat);
  }

  private long raw(Stat stat) {
    return switch (stat) {
      case ALLOC_FASTPATH -> fastAllocs;
      case FREE_FASTPATH -> fastFrees;
      default -> stats[PAD_LONGS + stat.ordinal()];
    };
  }

  /** Makes a slab this CPU's own. The caller sets the freelist and bumps tid. */
  void install(Slab owned) {
    slab = owned;
    base = owned.start;
    links = owned.links;
  }

  /**
   * Sets the freelist of the slab installed.
   *
   * @param size bytes from one object to the next
   */
  void listFrom(int index, int size) {
    freelist = index;
    head = base + (long) index * size;
  }

  /** Takes the first object; the list goes on at {@code next}. There must be one. */
  long pop(int next, int size) {
    long object = head;
    listFrom(next, size);
    fastAllocs++;
    return object;
  }

  /** Lets go of the slab. The caller bumps tid. */
  void uninstall() {
    slab = null;
    links = NO_LINKS;
    freelist = SlabWord.NONE;
  }
}
