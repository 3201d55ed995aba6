package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.PageAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which chunk a pointer belongs to: the region of addresses is cut into chunks by id.
 *
 * <pre>
 *   id 0, each unit:  [static | reserved chunk | first chunk | unused ]
 *   id k, each unit:  [chunk k                                        ]
 * </pre>
 *
 * <p>Entries change under {@code pcpu_alloc_mutex} and are read without a lock: a chunk stays while
 * an area of it is in use, and whoever has the area got it, directly or through others, from a CPU
 * that saw the chunk.
 */
final class ChunkTable {
  private static final int PAGE = PageAllocator.PAGE_BYTES;

  /** The dynamic part of the region of the kernel's static variables. */
  final Chunk first;

  /** For static variables of modules alone; on no list. */
  final @Nullable Chunk reserved;

  private final Units units;
  private final Population population;
  private final FaultPoint faults;
  private final boolean hintBug;
  private final long chunkBytes;
  private final @Nullable Chunk[] byId;

  ChunkTable(Units units, PercpuConfig config, Population population, FaultPoint faults) {
    this.units = units;
    this.population = population;
    this.faults = faults;
    this.hintBug = config.hintBug();
    this.chunkBytes = units.geometry.chunkBytes();
    this.byId = new Chunk[config.maxChunks()];
    int fixed = config.staticBytes() + config.reservedBytes();
    this.first = Chunk.ofRegion(fixed, config.firstChunkBytes(), false, hintBug);
    this.reserved =
        config.reservedBytes() == 0
            ? null
            : Chunk.ofRegion(config.staticBytes(), config.reservedBytes(), true, hintBug);
    byId[0] = first;
    units.bind(0);
  }

  /** The chunk that a pointer may lie in, or null. */
  @Nullable Chunk find(long pointer) {
    long id = pointer / chunkBytes;
    if (pointer < 0 || id >= byId.length) {
      return null;
    }
    return id == 0 && pointer < first.base + first.startBytes ? reserved : byId[(int) id];
  }

  /**
   * @throws IllegalArgumentException when the pointer lies in no chunk
   */
  Chunk of(long pointer) {
    Chunk chunk = find(pointer);
    if (chunk == null) {
      throw new IllegalArgumentException("not a percpu pointer: " + pointer);
    }
    return chunk;
  }

  /** Pages of a unit over all chunks there can be. */
  int pageIndices() {
    return byId.length * units.geometry.pages();
  }

  /** The page of a unit that an area starts in, counted over all chunks. */
  int pageOf(long pointer) {
    long chunk = pointer / chunkBytes;
    return (int) (chunk * units.geometry.pages() + pointer % chunkBytes / PAGE);
  }

  /** A chunk on no list yet; null when there is none to be had. Not under {@code pcpu_lock}. */
  @Nullable Chunk create(Cpu cpu, int gfp) {
    cpu.charge(Cost.PCPU_CREATE_CHUNK);
    int id = faults.createChunk(cpu, gfp) ? 0 : freeId();
    if (id == 0) {
      return null;
    }
    Chunk chunk =
        new Chunk(
            id,
            id * chunkBytes,
            units.geometry.pages(),
            population.reclaimFrom(),
            population.backings(),
            hintBug);
    if (!population.create(cpu, chunk, gfp)) {
      return null;
    }
    byId[id] = chunk;
    return chunk;
  }

  /** 0 when there are as many chunks as may be. */
  private int freeId() {
    for (int id = 1; id < byId.length; id++) {
      if (byId[id] == null) {
        return id;
      }
    }
    return 0;
  }

  /** Forgets a depopulated chunk without areas and list. Not under {@code pcpu_lock}. */
  void destroy(Cpu cpu, Chunk chunk) {
    byId[chunk.id] = null;
    population.destroy(cpu, chunk);
  }

  /** All chunks but the reserved one; at rest. */
  void forEach(Consumer<Chunk> visitor) {
    for (Chunk chunk : byId) {
      if (chunk != null) {
        visitor.accept(chunk);
      }
    }
  }
}
