package io.slablab.allocator.percpu;

import io.slablab.allocator.page.PageAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A chunk: the same map for every CPU's unit. All fields under {@code pcpu_lock}, but for {@link
 * #backing}, which is under {@code pcpu_alloc_mutex}; the population of pages changes under both
 * and may be read under either.
 *
 * <p>Invariants: populatedPages = bits set in populated; emptyPopulatedPages = pages that are
 * populated and wholly free; isolated iff on the list to_depopulate or sidelined.
 */
final class Chunk {
  /** More empty pages than a chunk has. */
  static final int NEVER = Integer.MAX_VALUE;

  private static final int PAGE = PageAllocator.PAGE_BYTES;

  final int id;

  /** First byte of the chunk's region in unit 0, as a percpu pointer; a multiple of the page. */
  final long base;

  /** Bytes at the region's begin that are not the chunk's; 0 but in the static region. */
  final int startBytes;

  final AreaMap map;
  final int pages;

  /** Part of the static region: fully populated, never destroyed or depopulated, never charged. */
  final boolean immutable;

  /** On no list, and none of its pages is counted as spare. */
  final boolean reserved;

  /** Who is charged for the area that starts at each bit. */
  final ChunkCharges charges;

  /** So many empty pages are worth taking; {@link #NEVER} where they stay. */
  final int reclaimFrom;

  final Bits populated;
  int populatedPages;
  int emptyPopulatedPages;
  int areas;
  int maxAreaBytes;
  int slot;
  boolean isolated;
  @Nullable Chunk next;
  @Nullable Chunk prev;

  /** Physical pages, as {@link Population} has them; 0 for none. */
  final long[] backing;

  private Chunk(
      int id,
      long base,
      int startBytes,
      AreaMap map,
      boolean immutable,
      boolean reserved,
      int reclaimFrom,
      int backings) {
    this.id = id;
    this.base = base;
    this.startBytes = startBytes;
    this.map = map;
    this.pages = map.pages();
    this.immutable = immutable;
    this.reserved = reserved;
    this.charges = new ChunkCharges(pages);
    this.reclaimFrom = reclaimFrom;
    this.populated = new Bits(pages);
    this.backing = new long[backings];
  }

  /** A dynamic chunk, without pages. */
  Chunk(int id, long base, int pages, int reclaimFrom, int backings, boolean hintBug) {
    this(id, base, 0, new AreaMap(pages, hintBug), false, false, reclaimFrom, backings);
  }

  /** A part of the static region; what its first and last page share with others stays taken. */
  static Chunk ofRegion(int start, int bytes, boolean reserved, boolean hintBug) {
    int head = start % PAGE;
    int pages = (head + bytes + PAGE - 1) / PAGE;
    int tail = pages * PAGE - head - bytes;
    AreaMap map =
        new AreaMap(pages, head / AreaMap.BYTES_PER_BIT, tail / AreaMap.BYTES_PER_BIT, hintBug);
    Chunk chunk = new Chunk(0, start - head, head, map, true, reserved, NEVER, 0);
    chunk.populateAll();
    return chunk;
  }

  /** Of a chunk that nobody else knows yet. */
  void populateAll() {
    populated.set(0, pages);
    populatedPages = pages;
    emptyPopulatedPages = map.emptyPages();
  }

  /** The bit that an area of this pointer starts at, or -1 when none can start there. */
  int areaOf(long pointer) {
    long offset = pointer - base;
    boolean inside = offset >= 0 && offset < (long) pages * PAGE;
    return inside && offset % AreaMap.BYTES_PER_BIT == 0
        ? (int) offset / AreaMap.BYTES_PER_BIT
        : -1;
  }

  long pointerOf(int area) {
    return base + (long) area * AreaMap.BYTES_PER_BIT;
  }

  boolean wholeFree() {
    return areas == 0;
  }

  /** Whether its empty pages are part of the global count. */
  boolean countsAsSpare() {
    return !isolated && !reserved;
  }
}
