package io.slablab.allocator.percpu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.memcg.ObjCgroup;
import io.slablab.allocator.memcg.TaskCgroups;
import io.slablab.allocator.page.Gfp;
import org.jspecify.annotations.Nullable;

/** Charging areas to the memory cgroups of tasks. Each CPU's task by that CPU alone. */
final class Charges {
  private static final int EXTS_BYTES_PER_BIT = 8;

  private final ChunkTable table;
  private final SpinLock lock;
  private final int cpus;
  private final TaskCgroups tasks;

  Charges(ChunkTable table, SpinLock lock, int cpus, TaskCgroups tasks) {
    this.table = table;
    this.lock = lock;
    this.cpus = cpus;
    this.tasks = tasks;
  }

  void setGroup(Cpu cpu, @Nullable ObjCgroup group) {
    tasks.set(cpu, group);
  }

  /** Whom a request is to be charged to, or null. */
  @Nullable ObjCgroup payer(Cpu cpu, int gfp) {
    return (gfp & Gfp.ACCOUNT) != 0 ? tasks.current(cpu) : null;
  }

  /** What an area counts for: its bytes on all possible CPUs and the bookkeeping of charges. */
  long fullBytes(int bits) {
    return (long) bits * (AreaMap.BYTES_PER_BIT * (long) cpus + EXTS_BYTES_PER_BIT);
  }

  /** Returns for how many of {@code n} areas the limit leaves room; those are charged. */
  int chargeUpTo(Cpu cpu, ObjCgroup group, int bits, int n) {
    long each = fullBytes(bits);
    if (group.charge(cpu, n * each)) {
      return n;
    }
    int charged = 0;
    while (charged < n && group.charge(cpu, each)) {
      charged++;
    }
    return charged;
  }

  /** Remembers who was charged for an area; the static region has no place for that: refunded. */
  void keep(Cpu cpu, long pointer, int bits, ObjCgroup group) {
    Chunk chunk = table.of(pointer);
    if (chunk.immutable) {
      group.uncharge(cpu, fullBytes(bits));
      return;
    }
    int area = chunk.areaOf(pointer);
    if (!chunk.charges.set(area, group)) {
      @Nullable ObjCgroup[] entries = ChunkCharges.newEntries();
      lock.lockIrqsave(cpu);
      chunk.charges.install(area, entries);
      lock.unlockIrqrestore(cpu);
      chunk.charges.set(area, group);
    }
  }

  /** Charges an existing area; false over the limit. */
  boolean charge(Cpu cpu, long pointer, int bits) {
    ObjCgroup group = tasks.current(cpu);
    if (group == null) {
      return true;
    }
    if (!group.charge(cpu, fullBytes(bits))) {
      return false;
    }
    keep(cpu, pointer, bits, group);
    return true;
  }

  void uncharge(Cpu cpu, long pointer, int bits) {
    Chunk chunk = table.of(pointer);
    ObjCgroup group = chunk.charges.take(chunk.areaOf(pointer));
    if (group != null) {
      group.uncharge(cpu, fullBytes(bits));
    }
  }
}
