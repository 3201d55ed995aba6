package io.slablab.allocator.soak;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import java.util.SplittableRandom;

/**
 * One thread: keeps some objects, gives others away, and keeps or frees what others gave. Now and
 * then it shrinks what all use, and destroys and makes anew the cache that it alone allocates from,
 * once all objects of that are back.
 */
final class SoakWorker {
  private static final int KEPT = 256;
  private static final int SHRINK_ONE_IN = 20_000;
  private static final int RECREATE_ONE_IN = 20_000;
  private static final int POLL_MASK = 15;
  private static final int YIELD_MASK = 511;

  private final Soak soak;
  private final int index;
  private final SplittableRandom random;
  private final long[] kept = new long[KEPT];
  private long made;
  private long steps;
  private long operations;
  private long remoteFrees;
  private long shrinks;
  private long recreated;

  /** Then it allocates nothing from its own cache, until all of it is back. */
  private boolean wantsRecreation;

  SoakWorker(Soak soak, int index, SplittableRandom random) {
    this.soak = soak;
    this.index = index;
    this.random = random;
  }

  /** Runs until {@code until} operations of this worker are done, all in all. */
  void run(long until) {
    Machine machine = soak.stack().machine();
    Cpu cpu = machine.enter(index);
    try {
      while (operations < until && !soak.failed()) {
        step(cpu);
        if ((++steps & POLL_MASK) == 0) {
          cpu.poll();
        }
        if ((steps & YIELD_MASK) == 0) {
          Thread.yield(); // to who waits for what we gave, where there are fewer cores than threads
        }
      }
    } finally {
      machine.leave(cpu);
    }
  }

  private void step(Cpu cpu) {
    int slot = random.nextInt(KEPT);
    long mine = kept[slot];
    if (random.nextInt(3) == 0) {
      kept[slot] = soak.give(index, random.nextInt(Soak.PLACES), mine);
      take(cpu, slot);
    } else if (mine == Handles.NONE) {
      kept[slot] = alloc(cpu);
    } else {
      free(cpu, mine);
      kept[slot] = Handles.NONE;
    }
    rarely(cpu);
  }

  /** An object of somebody else's, if there is one: to keep, or to free at once. */
  private void take(Cpu cpu, int slot) {
    int other = (index + 1 + random.nextInt(soak.workers() - 1)) % soak.workers();
    long theirs = soak.take(other, random.nextInt(Soak.PLACES));
    if (theirs == Handles.NONE) {
      return;
    }
    if (kept[slot] == Handles.NONE && random.nextBoolean()) {
      kept[slot] = theirs;
    } else {
      free(cpu, theirs);
    }
  }

  private void rarely(Cpu cpu) {
    if (random.nextInt(SHRINK_ONE_IN) == 0) {
      soak.kind(random.nextInt(Soak.SHARED)).shrink(cpu);
      shrinks++;
    }
    if (random.nextInt(RECREATE_ONE_IN) == 0) {
      wantsRecreation = true;
    }
    if (wantsRecreation && soak.lent(index) == 0) {
      soak.recreate(cpu, index);
      recreated++;
      wantsRecreation = false;
    }
  }

  private long alloc(Cpu cpu) {
    int kind = random.nextInt(wantsRecreation ? Soak.SHARED : Soak.SHARED + 1);
    if (kind == Soak.SHARED) {
      kind += index;
      soak.lend(index);
    }
    Kind from = soak.kind(kind);
    long object = from.alloc(cpu);
    if (object == 0) {
      throw new IllegalStateException("out of memory: kind=" + kind);
    }
    long handle = Handles.of(kind, object, ++made * soak.workers() + index);
    from.stamp(object, handle);
    operations++;
    return handle;
  }

  private void free(Cpu cpu, long handle) {
    int number = Handles.kind(handle);
    Kind kind = soak.kind(number);
    long object = Handles.address(handle);
    if (kind.stampOf(object) != handle) {
      throw new IllegalStateException(
          "INV-SLUB-1: handed out twice: kind=%d object=0x%x stamp=0x%x found=0x%x"
              .formatted(number, object, handle, kind.stampOf(object)));
    }
    kind.stamp(object, Handles.NONE);
    kind.free(cpu, object);
    if (number >= Soak.SHARED) {
      soak.giveBack(number - Soak.SHARED);
    }
    if (Handles.maker(handle, soak.workers()) != index) {
      remoteFrees++;
    }
    operations++;
  }

  /** Frees what is kept, and what was given and not taken. */
  void finish(Cpu cpu) {
    for (long handle : kept) {
      if (handle != Handles.NONE) {
        free(cpu, handle);
      }
    }
    for (int place = 0; place < Soak.PLACES; place++) {
      long handle = soak.take(index, place);
      if (handle != Handles.NONE) {
        free(cpu, handle);
      }
    }
  }

  SoakResult result() {
    return new SoakResult(operations, remoteFrees, shrinks, recreated, 0, 0);
  }
}
