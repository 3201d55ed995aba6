package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.LinePad;
import io.slablab.allocator.machine.SpinLock;
import io.slablab.allocator.machine.Work;
import org.jspecify.annotations.Nullable;

/**
 * What waits in kfree_rcu on one CPU. All fields under {@link #lock}, since a barrier of another
 * CPU takes part.
 *
 * <pre>
 *   queued = objects in the blocks of all channels, not in a batch yet
 *   batch numbers count up; what is queued now goes into batch nextBatch
 * </pre>
 */
final class KfreeRcuCpu extends LinePad {
  private static final int IN_FLIGHT = 2;
  private static final int MAX_CACHED = 5;

  /** A batch's way: its objects wait for their grace period, then for somebody to free them. */
  enum Phase {
    FREE,
    IN_GRACE,
    READY,
    FREEING
  }

  /** Objects that share a grace period. */
  static final class Batch {
    final @Nullable KfreeBlock[] blocks;
    final RcuHead head;
    Phase phase = Phase.FREE;
    long number;

    private Batch(int channels, CpuTask whenOver) {
      this.blocks = new KfreeBlock[channels];
      this.head = new RcuHead(whenOver);
    }
  }

  final SpinLock lock;
  final Work monitor;
  private final Work freeing;
  private final @Nullable KfreeBlock[] filling;
  private final Batch[] batches = new Batch[IN_FLIGHT];
  private @Nullable KfreeBlock cached;
  private int nrCached;
  private int queued;
  private long nextBatch = 1;

  /**
   * @param monitor starts batches of this structure
   * @param freeing frees its batches that are ready
   */
  KfreeRcuCpu(int channels, SpinLock lock, CpuTask monitor, CpuTask freeing) {
    this.lock = lock;
    this.monitor = new Work("kfree_rcu_monitor", monitor);
    this.freeing = new Work("kfree_rcu_work", freeing);
    this.filling = new KfreeBlock[channels];
    for (int i = 0; i < IN_FLIGHT; i++) {
      int mine = i;
      batches[i] = new Batch(channels, cpu -> over(cpu, batches[mine]));
    }
  }

  /** Puts an object into its channel's block; returns what is queued now. */
  int add(Cpu cpu, int channel, long object) {
    lock.lockIrqsave(cpu);
    KfreeBlock block = filling[channel];
    if (block == null || block.isFull()) {
      KfreeBlock fresh = takeBlock();
      fresh.next = block;
      filling[channel] = fresh;
      block = fresh;
    }
    block.objects[block.count++] = object;
    int now = ++queued;
    lock.unlockIrqrestore(cpu);
    return now;
  }

  private KfreeBlock takeBlock() {
    KfreeBlock block = cached;
    if (block == null) {
      return new KfreeBlock();
    }
    cached = block.next;
    nrCached--;
    return block;
  }

  /**
   * Makes a batch of all that is queued.
   *
   * @return its head, to be queued by the caller; null when nothing is queued or two are on their
   *     way
   */
  @Nullable RcuHead beginBatch(Cpu cpu) {
    lock.lockIrqsave(cpu);
    Batch batch = queued == 0 ? null : idleBatch();
    if (batch != null) {
      for (int channel = 0; channel < filling.length; channel++) {
        batch.blocks[channel] = filling[channel];
        filling[channel] = null;
      }
      batch.phase = Phase.IN_GRACE;
      batch.number = nextBatch++;
      queued = 0;
    }
    lock.unlockIrqrestore(cpu);
    return batch == null ? null : batch.head;
  }

  private @Nullable Batch idleBatch() {
    for (Batch batch : batches) {
      if (batch.phase == Phase.FREE) {
        return batch;
      }
    }
    return null;
  }

  /** The callback: objects are freed where sleeping is allowed, by the work or by a barrier. */
  private void over(Cpu cpu, Batch batch) {
    lock.lockIrqsave(cpu);
    batch.phase = Phase.READY;
    lock.unlockIrqrestore(cpu);
    cpu.queue(freeing);
  }

  /** Takes a batch that is ready, to free its objects; null without one. */
  @Nullable Batch takeReady(Cpu cpu) {
    Batch taken = null;
    lock.lockIrqsave(cpu);
    for (Batch batch : batches) {
      if (taken == null && batch.phase == Phase.READY) {
        batch.phase = Phase.FREEING;
        taken = batch;
      }
    }
    lock.unlockIrqrestore(cpu);
    return taken;
  }

  /** The objects are free; the first few blocks are kept. */
  void endBatch(Cpu cpu, Batch batch) {
    lock.lockIrqsave(cpu);
    for (int channel = 0; channel < batch.blocks.length; channel++) {
      for (KfreeBlock block = batch.blocks[channel]; block != null; ) {
        KfreeBlock next = block.next;
        keep(block);
        block = next;
      }
      batch.blocks[channel] = null;
    }
    batch.phase = Phase.FREE;
    lock.unlockIrqrestore(cpu);
  }

  private void keep(KfreeBlock block) {
    if (nrCached < MAX_CACHED) {
      block.count = 0;
      block.next = cached;
      cached = block;
      nrCached++;
    }
  }

  /** The batch that holds, or will hold, the youngest object up to now. */
  long youngestBatch(Cpu cpu) {
    lock.lockIrqsave(cpu);
    long youngest = queued == 0 ? nextBatch - 1 : nextBatch;
    lock.unlockIrqrestore(cpu);
    return youngest;
  }

  /** Whether all batches up to this one are freed. */
  boolean freedUpTo(Cpu cpu, long number) {
    lock.lockIrqsave(cpu);
    boolean freed = nextBatch > number;
    for (Batch batch : batches) {
      freed &= batch.phase == Phase.FREE || batch.number > number;
    }
    lock.unlockIrqrestore(cpu);
    return freed;
  }

  boolean hasQueued(Cpu cpu) {
    lock.lockIrqsave(cpu);
    boolean some = queued != 0;
    lock.unlockIrqrestore(cpu);
    return some;
  }

  /** Objects that are not freed yet; at rest. */
  long waiting() {
    long waiting = queued;
    for (Batch batch : batches) {
      for (KfreeBlock first : batch.blocks) {
        for (KfreeBlock block = first; block != null; block = block.next) {
          waiting += block.count;
        }
      }
    }
    return waiting;
  }
}
