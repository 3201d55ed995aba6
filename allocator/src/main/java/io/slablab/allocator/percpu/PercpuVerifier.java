package io.slablab.allocator.percpu;

/** The invariants of the whole allocator, while no CPU runs. */
final class PercpuVerifier {
  private final ChunkTable table;
  private final ChunkBooks books;
  private final Population population;
  private int chunks;
  private int emptyPages;
  private long populatedPages;
  private long areas;
  private long liveBytes;

  PercpuVerifier(ChunkTable table, ChunkBooks books, Population population) {
    this.table = table;
    this.books = books;
    this.population = population;
  }

  void verify() {
    table.forEach(this::verifyListed);
    StatCounters stats = books.stats;
    if (table.reserved != null) {
      verifyChunk(table.reserved);
      check(!table.reserved.isolated, "reserved chunk is isolated");
    }
    check(
        emptyPages == books.emptyPages(),
        "INV-PC-5: empty pages " + books.emptyPages() + ", of chunks " + emptyPages);
    check(
        populatedPages == stats.populatedPages,
        "INV-PC-7: populated pages " + stats.populatedPages + ", of chunks " + populatedPages);
    check(chunks == stats.nrChunks, "chunks " + stats.nrChunks + ", in the table " + chunks);
    check(chunks == listed(), "chunks " + chunks + ", on lists " + listed());
    check(areas == stats.nrAlloc - stats.nrDealloc, "areas of chunks " + areas);
    check(liveBytes == stats.liveBytes, "bytes of chunks " + liveBytes);
  }

  private void verifyListed(Chunk chunk) {
    verifyChunk(chunk);
    verifyPlace(chunk);
    chunks++;
    emptyPages += chunk.countsAsSpare() ? chunk.emptyPopulatedPages : 0;
    populatedPages += chunk.immutable ? 0 : chunk.populatedPages;
  }

  private void verifyPlace(Chunk chunk) {
    Slots slots = books.lists.slots;
    boolean special = chunk.slot == slots.sidelined || chunk.slot == slots.toDepopulate;
    boolean placed =
        chunk.isolated
            ? special && !chunk.immutable
            : chunk.slot == slots.of(chunk.map) || chunk.slot == 0;
    check(placed, "INV-PC-4: chunk " + chunk.id + " in slot " + chunk.slot);
  }

  private void verifyChunk(Chunk chunk) {
    AreaMap map = chunk.map;
    map.verify();
    check(
        chunk.populatedPages == chunk.populated.count(0, chunk.pages),
        "INV-PC-7: populated pages of chunk " + chunk.id);
    int empty = 0;
    for (int page = 0; page < chunk.pages; page++) {
      empty += chunk.populated.get(page) && map.pageEmpty(page) ? 1 : 0;
      verifyBacked(chunk, page);
    }
    if (!chunk.immutable) {
      population.verify(chunk);
    }
    check(
        empty == chunk.emptyPopulatedPages,
        "INV-PC-5: empty pages of chunk " + chunk.id + ": " + empty);
    int taken = map.limit() - map.head() - map.freeBytes() / AreaMap.BYTES_PER_BIT;
    areas += chunk.areas;
    liveBytes += (long) taken * AreaMap.BYTES_PER_BIT;
    check(chunk.wholeFree() == (taken == 0), "areas of chunk " + chunk.id + ": " + chunk.areas);
  }

  private static void verifyBacked(Chunk chunk, int page) {
    int from = page * AreaMap.BLOCK_BITS;
    boolean used =
        chunk.map.allocated().nextSet(from, from + AreaMap.BLOCK_BITS) - from < AreaMap.BLOCK_BITS;
    check(!used || chunk.populated.get(page), "INV-PC-6: area in unpopulated page " + page);
  }

  private int listed() {
    int listed = 0;
    for (int slot = 0; slot < books.lists.slots.count; slot++) {
      for (Chunk chunk = books.lists.first(slot); chunk != null; chunk = chunk.next) {
        listed++;
      }
    }
    return listed;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }
}
