package io.slablab.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.percpu.Percpu;

/** Areas, stamped on every CPU at their begin and their end. */
final class AreaModel {
  static final int SLOTS = 64;

  private final World world;
  private final Percpu percpu;
  private final Memory memory;
  private final long[] areas = new long[SLOTS];
  private final int[] bytes = new int[SLOTS];
  private final int[] stamps = new int[SLOTS];

  AreaModel(World world) {
    this.world = world;
    this.percpu = world.stack.percpu();
    this.memory = percpu.memory();
  }

  void alloc(Cpu cpu, int slot, int size, int align, int gfp) {
    if (areas[slot] != 0) {
      return;
    }
    long area = world.stack.areas().alloc(cpu, size, align, gfp);
    assertThat(area != 0 || !Gfp.blocking(gfp) || !world.enough()).as("memory is there").isTrue();
    if (area == 0) {
      return;
    }
    areas[slot] = area;
    bytes[slot] = size;
    stamps[slot] = (int) world.nextStamp();
    for (int id = 0; id < World.CPUS; id++) {
      long first = percpu.address(area, id);
      assertThat(memory.getInt(first)).as("INV-PC-6: zero at the begin").isZero();
      assertThat(memory.getInt(last(first, size))).as("INV-PC-6: zero at the end").isZero();
      memory.putInt(first, stamps[slot] + id);
      memory.putInt(last(first, size), stamps[slot] + id);
    }
  }

  /** The last whole word. */
  private static long last(long first, int size) {
    return first + size / Integer.BYTES * Integer.BYTES - Integer.BYTES;
  }

  void free(Cpu cpu, int slot) {
    if (areas[slot] != 0) {
      check(slot);
      world.stack.areas().free(cpu, areas[slot]);
      areas[slot] = 0;
    }
  }

  void close(Cpu cpu) {
    for (int slot = 0; slot < SLOTS; slot++) {
      free(cpu, slot);
    }
  }

  void check() {
    for (int slot = 0; slot < SLOTS; slot++) {
      if (areas[slot] != 0) {
        check(slot);
      }
    }
  }

  private void check(int slot) {
    for (int id = 0; id < World.CPUS; id++) {
      long first = percpu.address(areas[slot], id);
      int expected = stamps[slot] + id;
      if (memory.getInt(first) != expected || memory.getInt(last(first, bytes[slot])) != expected) {
        throw new IllegalStateException("INV-PC-2: area[" + slot + "] is not what its owner wrote");
      }
    }
  }
}
