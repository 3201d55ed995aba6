package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.machine.SpinLock;
import org.jspecify.annotations.Nullable;

/**
 * The sheaves that the CPUs of a node share. Invariants: nrFull <= maxFull and nrEmpty <= 10; a
 * sheaf in the list of full ones is full.
 */
final class NodeBarn extends LinePad {
  static final int MAX_FULL = 10;
  static final int MAX_EMPTY = 10;

  private final SpinLock lock;
  private final Line line;
  private @Nullable Sheaf fulls;
  private @Nullable Sheaf empties;
  private int nrFull;
  private int maxFull = MAX_FULL;
  private int nrEmpty;

  NodeBarn(SpinLock lock, Line line) {
    this.lock = lock;
    this.line = line;
  }

  /** Keeps fewer full sheaves than the kernel; before the first use. */
  void limitFull(int sheaves) {
    maxFull = sheaves;
  }

  /** A full sheaf for an empty one, or null without one; then the empty one stays the caller's. */
  @Nullable Sheaf replaceEmpty(Cpu cpu, Sheaf empty) {
    if (nrFull == 0) { // racy: a full sheaf missed costs a refill, nothing else
      return null;
    }
    lockBarn(cpu);
    Sheaf full = popFull();
    if (full != null) {
      pushEmpty(empty); // beyond the limit it is garbage
    }
    unlockBarn(cpu);
    return full;
  }

  /**
   * An empty sheaf for a full one.
   *
   * @return null when there are too many full ones or no empty one; then the full one stays the
   *     caller's
   */
  @Nullable Sheaf replaceFull(Cpu cpu, Sheaf full) {
    lockBarn(cpu);
    Sheaf empty = nrFull < maxFull ? popEmpty() : null;
    if (empty != null) {
      pushFull(full);
    }
    unlockBarn(cpu);
    return empty;
  }

  /** Whether the full sheaf was taken in. */
  boolean putFull(Cpu cpu, Sheaf full) {
    lockBarn(cpu);
    boolean room = nrFull < maxFull;
    if (room) {
      pushFull(full);
    }
    unlockBarn(cpu);
    return room;
  }

  /** Racy: a hint. */
  boolean hasRoomForFull() {
    return nrFull < maxFull;
  }

  @Nullable Sheaf getEmpty(Cpu cpu) {
    if (nrEmpty == 0) { // racy, as above
      return null;
    }
    lockBarn(cpu);
    Sheaf empty = popEmpty();
    unlockBarn(cpu);
    return empty;
  }

  /** Whether the empty sheaf was taken in. */
  boolean putEmpty(Cpu cpu, Sheaf empty) {
    lockBarn(cpu);
    boolean room = pushEmpty(empty);
    unlockBarn(cpu);
    return room;
  }

  /** Takes a full sheaf out, to flush it; null when there is none. */
  @Nullable Sheaf takeFull(Cpu cpu) {
    lockBarn(cpu);
    Sheaf full = popFull();
    unlockBarn(cpu);
    return full;
  }

  private void lockBarn(Cpu cpu) {
    lock.lockIrqsave(cpu);
    cpu.write(line);
  }

  private void unlockBarn(Cpu cpu) {
    lock.unlockIrqrestore(cpu);
  }

  private void pushFull(Sheaf sheaf) {
    sheaf.next = fulls;
    fulls = sheaf;
    nrFull++;
  }

  private @Nullable Sheaf popFull() {
    Sheaf sheaf = fulls;
    if (sheaf != null) {
      fulls = sheaf.next;
      sheaf.next = null;
      nrFull--;
    }
    return sheaf;
  }

  private boolean pushEmpty(Sheaf sheaf) {
    boolean room = nrEmpty < MAX_EMPTY;
    if (room) {
      sheaf.next = empties;
      empties = sheaf;
      nrEmpty++;
    }
    return room;
  }

  private @Nullable Sheaf popEmpty() {
    Sheaf sheaf = empties;
    if (sheaf != null) {
      empties = sheaf.next;
      sheaf.next = null;
      nrEmpty--;
    }
    return sheaf;
  }

  /** Objects in full sheaves; at rest. */
  long objects() {
    long objects = 0;
    for (Sheaf sheaf = fulls; sheaf != null; sheaf = sheaf.next) {
      objects += sheaf.size();
    }
    return objects;
  }
}
