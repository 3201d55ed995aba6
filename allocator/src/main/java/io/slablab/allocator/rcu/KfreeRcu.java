package io.slablab.allocator.rcu;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.LockClass;
import io.slablab.allocator.machine.Machine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * kfree_rcu: objects that are freed after a grace period, without a callback of their own. A CPU
 * gathers them in blocks of a page; a delayed work item sends what has gathered through one grace
 * period, two batches at most on their way.
 *
 * <p>Threads: each call by the holder of the CPU passed.
 */
public final class KfreeRcu {
  private static final LockClass KRC_LOCK =
      new LockClass("krc->lock", LockClass.Kind.RAW_SPIN_IRQSAVE);

  private final Rcu rcu;
  private final List<KfreeSink> sinks;
  private final KfreeRcuCpu[] cpus;

  /**
   * @param sinks one per channel; the kernel has one for slab objects and one for vmalloc areas
   */
  public KfreeRcu(Rcu rcu, List<KfreeSink> sinks) {
    Machine machine = rcu.machine();
    this.rcu = rcu;
    this.sinks = List.copyOf(sinks);
    this.cpus = new KfreeRcuCpu[machine.possibleCpus()];
    for (int id = 0; id < cpus.length; id++) {
      int mine = id;
      cpus[id] =
          new KfreeRcuCpu(
              sinks.size(),
              machine.spinLock(KRC_LOCK),
              cpu -> monitor(cpu, cpus[mine]),
              cpu -> freeReady(cpu, cpus[mine]));
    }
  }

  /**
   * Frees an object after a grace period that begins now or later. Any context.
   *
   * @param channel index of the sink
   */
  public void free(Cpu cpu, int channel, long object) {
    cpu.charge(Cost.KFREE_RCU);
    KfreeRcuCpu mine = cpus[cpu.id()];
    int queued = mine.add(cpu, channel, object);
    if (queued == 1) {
      cpu.queueDelayed(mine.monitor, rcu.config().drainNs());
    } else if (queued == KfreeBlock.OBJECTS) {
      cpu.queueDelayed(mine.monitor, rcu.config().jiffyNs());
    }
  }

  /** Starts a batch; with two on their way what is queued has to wait for one of them. */
  private void monitor(Cpu cpu, KfreeRcuCpu its) {
    startBatch(cpu, its);
    if (its.hasQueued(cpu)) {
      cpu.queueDelayed(its.monitor, rcu.config().jiffyNs());
    }
  }

  private void startBatch(Cpu cpu, KfreeRcuCpu its) {
    RcuHead head = its.beginBatch(cpu);
    if (head != null) {
      rcu.callRcu(cpu, head);
    }
  }

  private void freeReady(Cpu cpu, KfreeRcuCpu its) {
    for (KfreeRcuCpu.Batch batch = its.takeReady(cpu); batch != null; batch = its.takeReady(cpu)) {
      for (int channel = 0; channel < batch.blocks.length; channel++) {
        freeBlocks(cpu, batch.blocks[channel], sinks.get(channel));
      }
      its.endBatch(cpu, batch);
    }
  }

  private static void freeBlocks(Cpu cpu, @Nullable KfreeBlock first, KfreeSink sink) {
    for (KfreeBlock block = first; block != null; block = block.next) {
      sink.free(cpu, block.count, block.objects);
    }
  }

  /**
   * Waits until every object given before, on any CPU, is free: before its cache is destroyed. May
   * sleep; the caller is in no reader section.
   */
  public void barrier(Cpu cpu) {
    rcu.checkMaySleep(cpu);
    long[] youngest = new long[cpus.length];
    for (int id = 0; id < cpus.length; id++) {
      youngest[id] = cpus[id].youngestBatch(cpu);
    }
    int turns = 0;
    for (int id = 0; id < cpus.length; id++) {
      while (!cpus[id].freedUpTo(cpu, youngest[id])) {
        helpAll(cpu);
        turns = rcu.drive(cpu, turns);
      }
    }
  }

  /** A CPU that nobody holds has nobody else to start its batches and to free them. */
  private void helpAll(Cpu cpu) {
    for (KfreeRcuCpu its : cpus) {
      startBatch(cpu, its);
      freeReady(cpu, its);
    }
  }

  /** Objects that are not free yet; at rest. */
  public long waiting() {
    long waiting = 0;
    for (KfreeRcuCpu its : cpus) {
      waiting += its.waiting();
    }
    return waiting;
  }
}
