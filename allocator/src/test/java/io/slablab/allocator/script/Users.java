package io.slablab.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.mm.MmStruct;
import io.slablab.allocator.page.Gfp;
import io.slablab.allocator.pool.ObjectPool;
import io.slablab.allocator.pool.Variant;
import io.slablab.allocator.tc.TcAction;
import io.slablab.allocator.tc.TcActionOps;
import java.util.Locale;

/** The objects of one user of the stack under the design, and what each must say of its life. */
final class Users {
  static final int SLOTS = 32;

  enum Kind {
    MM,
    TC;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a life must say: pages of an mm, packets of an action. */
  private interface Life {
    void use(Cpu cpu, long object, int amount);

    long total(long object);

    void checkAtEnd();
  }

  private final World world;
  private final ObjectPool pool;
  private final Life life;
  private final long[] objects = new long[SLOTS];
  private final long[] totals = new long[SLOTS];

  Users(World world, Kind kind, Variant variant, Cpu cpu) {
    this.world = world;
    if (kind == Kind.MM) {
      MmStruct type = MmStruct.of(cpu, world.stack, variant.form(), false);
      this.pool = variant.open(cpu, world.stack, type);
      this.life = new Mm(world, type);
    } else {
      TcAction type = TcAction.of(world.stack, TcActionOps.GACT, variant.form(), true, false);
      this.pool = variant.open(cpu, world.stack, type);
      this.life = new Tc(type);
    }
  }

  private record Mm(World world, MmStruct type) implements Life {
    @Override
    public void use(Cpu cpu, long mm, int amount) {
      type.fault(cpu, mm, MmStruct.ANON_PAGES, amount);
    }

    @Override
    public long total(long mm) {
      Cpu cpu = world.stack.machine().enter(0);
      try {
        return type.rss(cpu, mm, MmStruct.ANON_PAGES);
      } finally {
        world.stack.machine().leave(cpu);
      }
    }

    @Override
    public void checkAtEnd() {
      assertThat(type.badRssStates()).as("INV-MM-1").isZero();
    }
  }

  private record Tc(TcAction type) implements Life {
    @Override
    public void use(Cpu cpu, long action, int amount) {
      for (int packet = 0; packet < amount; packet++) {
        type.count(cpu, action, 64);
      }
    }

    @Override
    public long total(long action) {
      return type.packets(action);
    }

    @Override
    public void checkAtEnd() {
      assertThat(type.damagedHeads()).isZero();
    }
  }

  void get(Cpu cpu, int slot) {
    if (objects[slot] == 0) {
      objects[slot] = pool.get(cpu, Gfp.GFP_KERNEL | Gfp.NOWARN);
      assertThat(objects[slot] != 0 || !world.enough()).as("memory is there").isTrue();
      totals[slot] = 0;
    }
  }

  void use(Cpu cpu, int slot, int amount) {
    if (objects[slot] != 0) {
      life.use(cpu, objects[slot], amount);
      totals[slot] += amount;
    }
  }

  void put(Cpu cpu, int slot) {
    if (objects[slot] != 0) {
      pool.put(cpu, objects[slot]);
      objects[slot] = 0;
    }
  }

  void trim(Cpu cpu) {
    pool.trim(cpu);
  }

  /** INV-TC-3 too: the total of a life that was not used is zero. */
  void check() {
    for (int slot = 0; slot < SLOTS; slot++) {
      if (objects[slot] != 0) {
        assertThat(life.total(objects[slot])).as("total of slot %d", slot).isEqualTo(totals[slot]);
      }
    }
  }

  void close(Cpu cpu) {
    for (int slot = 0; slot < SLOTS; slot++) {
      put(cpu, slot);
    }
    pool.close(cpu);
    life.checkAtEnd();
  }
}
