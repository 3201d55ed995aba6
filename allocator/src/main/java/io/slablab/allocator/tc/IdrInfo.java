package io.slablab.allocator.tc;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Mutex;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The indices of one kind of action, under {@code idrinfo->lock}, a mutex.
 *
 * <p>Invariant: an index is exactly one of absent, placeholder, live. Writers hold the lock; {@link
 * #lookup} does not. A slot is published with release and read with acquire, so that who finds an
 * action sees its fields; the array itself is replaced by a longer one through a volatile field.
 *
 * <p>Memory: one long and one bit per index, doubled when full; nothing is allocated otherwise.
 */
final class IdrInfo {
  static final long ABSENT = 0;

  /** Stands for an action that is being made; a lookup answers "busy". */
  static final long PLACEHOLDER = -16;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int FIRST_CAPACITY = 1024;

  private final Mutex lock;
  private final Line line;
  private volatile long[] slots = new long[FIRST_CAPACITY];
  private long[] taken = new long[FIRST_CAPACITY / Long.SIZE];

  /** No index below this word is free. */
  private int firstFreeWord;

  private int count;

  IdrInfo(Machine machine) {
    this.lock = machine.mutex(new LockClass("idrinfo->lock", LockClass.Kind.MUTEX));
    this.line = machine.line("idrinfo");
    taken[0] = 1; // index 0 means "any"
  }

  void lock(Cpu cpu) {
    lock.lock(cpu);
    cpu.write(line);
    cpu.charge(Cost.TC_IDR);
  }

  void unlock(Cpu cpu) {
    lock.unlock(cpu);
  }

  /** What an index stands for, without the lock. */
  long lookup(Cpu cpu, int index) {
    cpu.read(line);
    long[] now = slots;
    return index < now.length ? (long) SLOT.getAcquire(now, index) : ABSENT;
  }

  /** What an index below the highest taken one stands for. Lock held. */
  long at(int index) {
    return slots[index];
  }

  /** Takes the lowest free index. Lock held. */
  int allocLowest() {
    int word = firstFreeWord;
    while (word < taken.length && taken[word] == -1L) {
      word++;
    }
    firstFreeWord = word;
    int index =
        word == taken.length
            ? word * Long.SIZE
            : word * Long.SIZE + Long.numberOfTrailingZeros(~taken[word]);
    allocAt(index);
    return index;
  }

  /** Takes one index; false when it is not absent. Lock held. */
  boolean allocAt(int index) {
    reserve(index);
    if ((taken[index / Long.SIZE] & 1L << index) != 0) {
      return false;
    }
    taken[index / Long.SIZE] |= 1L << index;
    SLOT.setRelease(slots, index, PLACEHOLDER);
    count++;
    return true;
  }

  /** Placeholder to live. Lock held. */
  void replace(int index, long action) {
    SLOT.setRelease(slots, index, action);
  }

  /** Placeholder or live to absent. Lock held. */
  void remove(int index) {
    SLOT.setRelease(slots, index, ABSENT);
    taken[index / Long.SIZE] &= ~(1L << index);
    firstFreeWord = Math.min(firstFreeWord, index / Long.SIZE);
    count--;
  }

  /** Indices that are placeholder or live. Exact at rest. */
  int count() {
    return count;
  }

  private void reserve(int index) {
    if (index < slots.length) {
      return;
    }
    int capacity = Math.max(2 * slots.length, Integer.highestOneBit(index) << 1);
    taken = Arrays.copyOf(taken, capacity / Long.SIZE);
    slots = Arrays.copyOf(slots, capacity);
  }
}
