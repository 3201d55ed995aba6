package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.PageAllocator;

/** The bytes of all units: address = pointer + unitOffset[cpu]. */
final class Units {
  /** From this size on a fill of the range is faster than stores. */
  private static final int FILL_BYTES = 128;

  final UnitGeometry geometry;
  final Memory memory;
  private final Machine machine;
  private final long[] offsets;

  Units(Machine machine, UnitGeometry geometry, int maxChunks) {
    this.machine = machine;
    this.geometry = geometry;
    this.memory = machine.memory("percpu", maxChunks * geometry.chunkBytes());
    this.offsets = geometry.unitOffset();
  }

  int cpus() {
    return offsets.length;
  }

  long address(long pointer, int cpu) {
    return pointer + offsets[cpu];
  }

  /** Asks for each unit of a chunk to be backed by its CPU's node. */
  void bind(long chunkBase) {
    for (int cpu = 0; cpu < offsets.length; cpu++) {
      memory.bind(chunkBase + offsets[cpu], geometry.unitBytes(), machine.nodeOf(cpu));
    }
  }

  /** As {@link #bind}, the whole chunk by one node. */
  void bindAll(long chunkBase, int node) {
    memory.bind(chunkBase, geometry.chunkBytes(), node);
  }

  /** Writes zeros on every possible CPU. */
  void zero(Cpu cpu, long pointer, int bytes) {
    cpu.charge(Cost.PCPU_ZERO, offsets.length);
    for (long offset : offsets) {
      zeroUnit(pointer + offset, bytes);
    }
  }

  /** As {@link #zero} for many areas, CPU by CPU: areas side by side share lines. */
  void zeroBulk(Cpu cpu, long[] pointers, int n, int bytes) {
    cpu.charge(Cost.PCPU_ZERO, offsets.length * n);
    for (long offset : offsets) {
      for (int i = 0; i < n; i++) {
        zeroUnit(pointers[i] + offset, bytes);
      }
    }
  }

  private void zeroUnit(long address, int bytes) {
    if (bytes >= FILL_BYTES) {
      memory.fill(address, bytes, (byte) 0);
      return;
    }
    for (int at = 0; at < bytes; at += AreaMap.BYTES_PER_BIT) {
      memory.putInt(address + at, 0);
    }
  }

  /** Drops the contents of pages [from, to) of every unit; they read as zero again. */
  void discard(Chunk chunk, int from, int to) {
    long bytes = (long) (to - from) * PageAllocator.PAGE_BYTES;
    for (long offset : offsets) {
      memory.discard(chunk.base + offset + (long) from * PageAllocator.PAGE_BYTES, bytes);
    }
  }
}
