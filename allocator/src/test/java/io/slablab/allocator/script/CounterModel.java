package io.slablab.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.counter.PercpuCounters;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.page.PageAllocator;

/** Counters in fours, and what each must say. */
final class CounterModel {
  static final int SLOTS = 16;
  private static final int MANY = 4;

  private final World world;
  private final PercpuCounters counters;
  private final long page;
  private final boolean[] live = new boolean[SLOTS];
  private final long[] expected = new long[SLOTS * MANY];

  CounterModel(World world, Cpu cpu) {
    this.world = world;
    this.counters = world.stack.counters();
    this.page = world.stack.pages().alloc(cpu, 0, Gfp.GFP_KERNEL | Gfp.ZERO, 0);
    assertThat(SLOTS * MANY * PercpuCounters.BYTES).isLessThanOrEqualTo(PageAllocator.PAGE_BYTES);
  }

  private long fbc(int slot, int which) {
    return page + (long) (slot * MANY + which) * PercpuCounters.BYTES;
  }

  void init(Cpu cpu, int slot) {
    if (live[slot]) {
      return;
    }
    int error = counters.initMany(cpu, fbc(slot, 0), slot, Gfp.GFP_KERNEL | Gfp.NOWARN, MANY);
    assertThat(error == 0 || !world.enough()).as("memory is there").isTrue();
    live[slot] = error == 0;
    for (int which = 0; which < MANY; which++) {
      expected[slot * MANY + which] = slot;
    }
  }

  void add(Cpu cpu, int slot, int amount) {
    if (live[slot]) {
      int which = Math.floorMod(amount, MANY);
      counters.add(cpu, fbc(slot, which), amount);
      expected[slot * MANY + which] += amount;
    }
  }

  void destroy(Cpu cpu, int slot) {
    if (live[slot]) {
      counters.destroyMany(cpu, fbc(slot, 0), MANY);
      live[slot] = false;
    }
  }

  void close(Cpu cpu) {
    for (int slot = 0; slot < SLOTS; slot++) {
      destroy(cpu, slot);
    }
    world.stack.pages().free(cpu, page, 0);
  }

  void check(Cpu cpu) {
    for (int i = 0; i < expected.length; i++) {
      if (live[i / MANY] && counters.sum(cpu, fbc(i / MANY, i % MANY)) != expected[i]) {
        throw new IllegalStateException("INV-CT-1: counter[" + i / MANY + "] " + i % MANY);
      }
    }
  }
}
