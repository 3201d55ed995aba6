package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Word;
import io.slablab.allocator.slub.KmemCache;
import io.slablab.allocator.slub.Slub;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;

/**
 * Where freed objects wait, so that an access soon after is one to a freed object, not to the next
 * user's.
 *
 * <p>Each CPU gathers up to 1 MiB and then leaves the whole to the batches of all CPUs, which hold
 * up to 1/32 of memory less what CPUs gather. Above that an allocation that may sleep gives the
 * oldest batch back to the slabs. A cache that is shrunk or destroyed gets its objects back first;
 * its destructors run then, not at the free.
 *
 * <p>Locks: {@code quarantine_lock} with interrupts off, around links alone; never held while
 * objects are freed.
 */
final class Quarantine {
  static final long CPU_BYTES = 1 << 20;
  private static final int MEMORY_SHARE = 32;
  private static final int LEAST_BATCHES = 1024;
  private static final LockClass LOCK =
      new LockClass("quarantine_lock", LockClass.Kind.RAW_SPIN_IRQSAVE);

  private final Machine machine;
  private final Slub slub;
  private final Memory memory;
  private final KasanShadow shadow;
  private final QuarantineList[] ofCpu;
  private final SpinLock lock;
  private final Line line;
  private final long maxBytes;
  private final long batchBytes;

  /** Oldest first; under the lock. The last one is filled up to {@link #batchBytes}. */
  private final Deque<QuarantineList> batches = new ArrayDeque<>();

  /** Bytes in batches. Written under the lock; read without, where off by a batch does no harm. */
  private final Word batchedBytes;

  Quarantine(Machine machine, Slub slub, KasanShadow shadow) {
    this.machine = machine;
    this.slub = slub;
    this.memory = slub.memory();
    this.shadow = shadow;
    this.ofCpu = new QuarantineList[machine.possibleCpus()];
    Arrays.setAll(ofCpu, _ -> new QuarantineList(memory));
    this.lock = machine.spinLock(LOCK);
    this.line = machine.line("quarantine");
    this.batchedBytes = machine.word(line, 0);
    long share = memory.bytes() / MEMORY_SHARE;
    this.maxBytes = Math.max(0, share - CPU_BYTES * ofCpu.length);
    long most = Math.max(LEAST_BATCHES, 4L * ofCpu.length);
    this.batchBytes = Math.max(CPU_BYTES, 2 * share / most);
  }

  /** Keeps an object. Neither sleeps nor frees. */
  void put(Cpu cpu, long link, int stride) {
    QuarantineList mine = ofCpu[cpu.id()];
    mine.add(link, stride);
    if (mine.bytes() > CPU_BYTES) {
      lock.lockIrqsave(cpu);
      cpu.write(line);
      batchedBytes.setRelease(cpu, batchedBytes.getAcquire(cpu) + mine.bytes());
      openBatch().addAll(mine);
      lock.unlockIrqrestore(cpu);
    }
  }

  private QuarantineList openBatch() {
    QuarantineList last = batches.peekLast();
    if (last == null || last.bytes() >= batchBytes) {
      last = new QuarantineList(memory);
      batches.addLast(last);
    }
    return last;
  }

  /** Gives the oldest batch back when there is too much. The caller holds no lock. */
  void reduce(Cpu cpu) {
    if (batchedBytes.getAcquire(cpu) <= maxBytes) {
      return;
    }
    lock.lockIrqsave(cpu);
    cpu.write(line);
    QuarantineList oldest = batches.pollFirst();
    long bytes = oldest == null ? 0 : oldest.bytes();
    batchedBytes.setRelease(cpu, batchedBytes.getAcquire(cpu) - bytes);
    lock.unlockIrqrestore(cpu);
    if (oldest != null) {
      freeAll(cpu, oldest);
    }
  }

  /** Gives back all objects of one cache, each CPU its own. The caller holds no spin lock. */
  void purge(Cpu cpu, KmemCache cache) {
    machine.onEachCpu(cpu, each -> freeAll(each, split(ofCpu[each.id()], cache)));
    QuarantineList freed = new QuarantineList(memory);
    lock.lockIrqsave(cpu);
    cpu.write(line);
    for (QuarantineList batch : batches) {
      freed.addAll(split(batch, cache));
    }
    batches.removeIf(QuarantineList::isEmpty);
    batchedBytes.setRelease(cpu, batchedBytes.getAcquire(cpu) - freed.bytes());
    lock.unlockIrqrestore(cpu);
    freeAll(cpu, freed);
  }

  /** Takes the objects of one cache out of a list; the others stay in their order. */
  private QuarantineList split(QuarantineList list, KmemCache cache) {
    QuarantineList own = new QuarantineList(memory);
    QuarantineList others = new QuarantineList(memory);
    while (!list.isEmpty()) {
      KmemCache of = cacheOf(list.first());
      int stride = of.geometry().size();
      (of == cache ? own : others).add(list.remove(stride), stride);
    }
    list.addAll(others);
    return own;
  }

  private KmemCache cacheOf(long link) {
    return Objects.requireNonNull(slub.cacheOf(link)); // an object that waits pins its slab
  }

  private void freeAll(Cpu cpu, QuarantineList list) {
    while (!list.isEmpty()) {
      KmemCache cache = cacheOf(list.first());
      long link = list.remove(cache.geometry().size());
      long object = cache.objectAt(link);
      if (link == object) {
        shadow.poison(object, KasanShadow.GRANULE, KasanShadow.FREE); // its free meta ends here
      }
      cache.freeUnhooked(cpu, object);
    }
  }

  /** Bytes that wait; at rest. */
  long bytes() {
    long bytes = batchedBytes.peek();
    for (QuarantineList list : ofCpu) {
      bytes += list.bytes();
    }
    return bytes;
  }
}
