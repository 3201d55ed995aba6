package io.slablab.allocator.script;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.page.Gfp;

/**
 * One operation of a script. Operands are slots, not addresses, and a step whose slots are not as
 * it needs them does nothing: so every part of a script is a script.
 *
 * <p>The text of a step is the line of code that does it.
 */
sealed interface Step {
  /** The virtual CPU that does it. */
  int cpu();

  void run(World world, Cpu cpu);

  private static String gfp(boolean waits) {
    return waits ? "GFP_KERNEL" : "GFP_ATOMIC";
  }

  private static int gfpOf(boolean waits) {
    return (waits ? Gfp.GFP_KERNEL : Gfp.GFP_ATOMIC) | Gfp.NOWARN;
  }

  // ---- slab caches ----

  record Alloc(int cpu, Shape shape, int slot, boolean waits) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.cache(shape).alloc(on, slot, gfpOf(waits));
    }

    @Override
    public String toString() {
      return "cpu%d: %s[%d] = %s.alloc(%s);".formatted(cpu, shape, slot, shape, gfp(waits));
    }
  }

  record Free(int cpu, Shape shape, int slot) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.cache(shape).free(on, slot);
    }

    @Override
    public String toString() {
      return "cpu%d: %s.free(%s[%d]);".formatted(cpu, shape, shape, slot);
    }
  }

  record AllocBulk(int cpu, Shape shape, int from, int count) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.cache(shape).allocBulk(on, from, count);
    }

    @Override
    public String toString() {
      return "cpu%d: %s[%d..%d] = %s.allocBulk(%d);"
          .formatted(cpu, shape, from, from + count - 1, shape, count);
    }
  }

  record FreeBulk(int cpu, Shape shape, int from, int count) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.cache(shape).freeBulk(on, from, count);
    }

    @Override
    public String toString() {
      return "cpu%d: %s.freeBulk(%s[%d..%d]);".formatted(cpu, shape, shape, from, from + count - 1);
    }
  }

  record Shrink(int cpu, Shape shape) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.cache(shape).shrink(on);
    }

    @Override
    public String toString() {
      return "cpu%d: %s.shrink();".formatted(cpu, shape);
    }
  }

  /** Frees what is left, destroys the cache and makes it anew. */
  record Recreate(int cpu, Shape shape) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.cache(shape).recreate(on);
    }

    @Override
    public String toString() {
      return "cpu%d: %s.destroy(); %s = create();".formatted(cpu, shape, shape);
    }
  }

  // ---- per-CPU areas and counters ----

  record AllocArea(int cpu, int slot, int bytes, int align, boolean waits) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.areas().alloc(on, slot, bytes, align, gfpOf(waits));
    }

    @Override
    public String toString() {
      return "cpu%d: area[%d] = percpu.alloc(%d, %d, %s);"
          .formatted(cpu, slot, bytes, align, gfp(waits));
    }
  }

  record FreeArea(int cpu, int slot) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.areas().free(on, slot);
    }

    @Override
    public String toString() {
      return "cpu%d: percpu.free(area[%d]);".formatted(cpu, slot);
    }
  }

  record InitCounters(int cpu, int slot) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.counters().init(on, slot);
    }

    @Override
    public String toString() {
      return "cpu%d: counters.initMany(counter[%d]);".formatted(cpu, slot);
    }
  }

  record AddCounter(int cpu, int slot, int amount) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.counters().add(on, slot, amount);
    }

    @Override
    public String toString() {
      return "cpu%d: counters.add(counter[%d], %d);".formatted(cpu, slot, amount);
    }
  }

  record DestroyCounters(int cpu, int slot) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.counters().destroy(on, slot);
    }

    @Override
    public String toString() {
      return "cpu%d: counters.destroyMany(counter[%d]);".formatted(cpu, slot);
    }
  }

  // ---- users under a design ----

  record Get(int cpu, Users.Kind kind, int slot) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.users(kind).get(on, slot);
    }

    @Override
    public String toString() {
      return "cpu%d: %s[%d] = %s.get();".formatted(cpu, kind, slot, kind);
    }
  }

  record Use(int cpu, Users.Kind kind, int slot, int amount) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.users(kind).use(on, slot, amount);
    }

    @Override
    public String toString() {
      return "cpu%d: use(%s[%d], %d);".formatted(cpu, kind, slot, amount);
    }
  }

  record Put(int cpu, Users.Kind kind, int slot) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.users(kind).put(on, slot);
    }

    @Override
    public String toString() {
      return "cpu%d: %s.put(%s[%d]);".formatted(cpu, kind, kind, slot);
    }
  }

  record Trim(int cpu, Users.Kind kind) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.users(kind).trim(on);
    }

    @Override
    public String toString() {
      return "cpu%d: %s.trim();".formatted(cpu, kind);
    }
  }

  // ---- the machine ----

  /** From now on the page allocator has nothing, or something again. */
  record PagesShort(int cpu, boolean fails) implements Step {
    @Override
    public void run(World world, Cpu on) {
      world.setPagesShort(fails);
    }

    @Override
    public String toString() {
      return "cpu%d: failPages(%b);".formatted(cpu, fails);
    }
  }

  record Poll(int cpu) implements Step {
    @Override
    public void run(World world, Cpu on) {
      on.poll();
    }

    @Override
    public String toString() {
      return "cpu%d: poll();".formatted(cpu);
    }
  }
}
