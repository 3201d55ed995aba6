package io.slablab.suites.workload;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.pool.AllocatorStack;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the streams of all workloads share: their CPU, their rings, their choices and counts. */
abstract class LifeCycleStream extends OperationStream {
  final int cpuId;
  final StreamState state;
  private final AllocatorStack stack;
  private final double remoteFree;

  /** From the worker before this one, and to the one after; the same ring when there is one. */
  private final SpscRing inbox;

  private final SpscRing outbox;
  private final boolean alone;
  private @Nullable Cpu cpu;

  LifeCycleStream(StreamSetup setup) {
    this.stack = setup.stack();
    this.cpuId = setup.cpuId();
    this.state = new StreamState(setup.seed());
    this.remoteFree = setup.remoteFree();
    this.inbox = setup.inbox();
    this.outbox = setup.outbox();
    this.alone = inbox == outbox;
  }

  @Override
  public final void enter() {
    Cpu entered = stack.machine().enter(cpuId);
    stack.percpu().setCgroup(entered, stack.userGroup());
    cpu = entered;
    try {
      fill(entered);
    } catch (AllocationFailedException e) {
      leave();
      throw e;
    }
  }

  @Override
  public final void next() {
    Cpu self = Objects.requireNonNull(cpu);
    drainInbox(self);
    live(self);
    state.operations++;
    self.poll();
  }

  @Override
  public final void leave() {
    Cpu left = Objects.requireNonNull(cpu);
    cpu = null;
    stack.percpu().setCgroup(left, null);
    stack.machine().leave(left);
  }

  /** Brings the live set to its size. */
  abstract void fill(Cpu cpu);

  /** One life cycle. */
  abstract void live(Cpu cpu);

  /** Ends one object's life here. */
  abstract void end(Cpu cpu, long object);

  /** Ends all objects of the live set as any CPU. */
  abstract void endAll(Cpu cpu);

  /** Ends an object's life here or sends it to the next worker. */
  final void endSomewhere(Cpu self, long object) {
    if (!sent(self, object)) {
      end(self, object);
    }
  }

  /** Sends an object to the next worker if chance wants it, and the ring has room. */
  final boolean sent(Cpu self, long object) {
    if (!alone && state.chance(remoteFree)) {
      if (outbox.offer(self, object)) {
        state.remoteFrees++;
        return true;
      }
      state.ringFull++;
    }
    return false;
  }

  /** Ends what the worker before this one sent. */
  final void drainInbox(Cpu self) {
    for (long object = inbox.poll(self); object != 0; object = inbox.poll(self)) {
      end(self, object);
    }
  }

  final AllocationFailedException failed(String workload, String object) {
    state.failures++;
    return new AllocationFailedException(
        workload, object, cpuId, state.operations, "lower live or actions, or give more memory");
  }

  final WorkloadStats.WorkerStats stats() {
    return new WorkloadStats.WorkerStats(
        cpuId, state.operations, state.remoteFrees, state.ringFull, state.failures);
  }
}
