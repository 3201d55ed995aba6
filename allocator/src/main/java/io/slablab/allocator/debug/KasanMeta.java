package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;

/**
 * What is kept about each object of one cache, in memory beside or inside the object.
 *
 * <pre>
 *   alloc meta, behind the object:          cpu + 1 (4) | call chain (4) | unused (8)
 *   free meta, in the object or behind it:  quarantine link (8) | cpu + 1 (4) | call chain (4)
 * </pre>
 *
 * @param allocAt offset of the alloc meta in the object
 * @param freeAt offset of the free meta
 */
record KasanMeta(Memory memory, StackDepot depot, int allocAt, int freeAt) {
  static final int ALLOC_BYTES = 16;
  static final int FREE_BYTES = 16;
  private static final int FREE_TRACK = 8;

  void allocated(Cpu cpu, long object) {
    write(cpu, object + allocAt);
  }

  void freed(Cpu cpu, long object) {
    write(cpu, object + freeAt + FREE_TRACK);
  }

  private void write(Cpu cpu, long at) {
    memory.putInt(at, cpu.id() + 1);
    memory.putInt(at + Integer.BYTES, depot.save());
  }

  /** Neither allocated nor freed by anybody. */
  void clear(long object) {
    memory.putLong(object + allocAt, 0);
  }

  Track allocation(long object) {
    return read(object + allocAt);
  }

  Track release(long object) {
    return read(object + freeAt + FREE_TRACK);
  }

  private Track read(long at) {
    int cpu = memory.getInt(at) - 1;
    return cpu < 0 ? Track.NONE : new Track(cpu, depot.fetch(memory.getInt(at + Integer.BYTES)));
  }

  /** Where the object's link in the quarantine lies. */
  long link(long object) {
    return object + freeAt;
  }

  /** Whether the free meta lies in the object, where its next user writes over it. */
  boolean freeMetaInside() {
    return freeAt < allocAt;
  }
}
