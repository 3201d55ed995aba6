package io.slablab.allocator.pool;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Work;
import java.util.function.LongConsumer;

/**
 * Free objects that a few CPUs share; last in, first out. Under its lock, which nests nothing.
 *
 * <p>Invariant: size <= capacity + what comes in until the queued work has run, and never more than
 * twice the capacity: beyond that the caller spills itself.
 */
final class ObjectGroup extends LinePad {

  /** What becomes of an object that a group does not keep. */
  @FunctionalInterface
  interface Spill {
    void accept(Cpu cpu, long object);
  }

  private final SpinLock lock;
  private final int capacity;
  private final Spill spill;
  private final Work spillWork;
  private final long[] objects;
  private int size;

  ObjectGroup(SpinLock lock, int capacity, Spill spill) {
    this.lock = lock;
    this.capacity = capacity;
    this.spill = spill;
    this.spillWork = new Work("group_cache_spill", cpu -> drain(cpu, capacity / 2));
    this.objects = new long[PAD_LONGS + 2 * capacity + PAD_LONGS];
  }

  /** The object put last, or 0. */
  long pop(Cpu cpu) {
    lock.lockIrqsave(cpu);
    long object = size == 0 ? 0 : objects[PAD_LONGS + --size];
    lock.unlockIrqrestore(cpu);
    return object;
  }

  void push(Cpu cpu, long object) {
    lock.lockIrqsave(cpu);
    boolean kept = size < 2 * capacity;
    if (kept) {
      objects[PAD_LONGS + size++] = object;
    }
    boolean over = size > capacity;
    lock.unlockIrqrestore(cpu);
    if (!kept) {
      spill.accept(cpu, object);
    }
    if (over) {
      cpu.queue(spillWork);
    }
  }

  /**
   * Spills until at most {@code keep} are left; one at a time, so that the lock is held briefly.
   */
  void drain(Cpu cpu, int keep) {
    while (true) {
      lock.lockIrqsave(cpu);
      long object = size <= keep ? 0 : objects[PAD_LONGS + --size];
      lock.unlockIrqrestore(cpu);
      if (object == 0) {
        return;
      }
      spill.accept(cpu, object);
    }
  }

  /** Shows each object; at rest. */
  void forEach(LongConsumer each) {
    for (int i = 0; i < size; i++) {
      each.accept(objects[PAD_LONGS + i]);
    }
  }

  /** At rest. */
  int size() {
    return size;
  }
}
