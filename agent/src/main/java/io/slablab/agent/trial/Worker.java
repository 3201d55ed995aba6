package io.slablab.agent.trial;

import com.sun.management.ThreadMXBean;
import io.slablab.agent.conditions.WindowEvidence;
import io.slablab.agent.placement.Rusage;
import io.slablab.suites.workload.OperationStream;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/**
 * One worker's part of a trial: its stream and, per interval, what it cost. All methods but the
 * getters belong to the worker's thread; the getters to the main thread while no worker runs.
 */
final class Worker {
  /** A parked thread wakes up to this much late; the rest of a wait is spun. */
  private static final long WAKE_UP_NS = 200_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int index;
  private final int cpu;
  private final OperationStream stream;
  private final OptionalInt thread = WindowEvidence.currentThread();
  private final WorkerLatency latency = new WorkerLatency();

  private long startedAtNs;
  private Rusage rusageAtStart = Rusage.ZERO;
  private Rusage rusage = Rusage.ZERO;
  private long allocatedAtStart;
  private long allocatedBytes;

  private Worker(int index, int cpu, OperationStream stream) {
    this.index = index;
    this.cpu = cpu;
    this.stream = stream;
  }

  /** The worker of the calling thread, with its live set built. */
  static Worker start(Fork fork) {
    try {
      PinnedThread thread = (PinnedThread) Thread.currentThread();
      int index = thread.index();
      Worker worker = new Worker(index, thread.grantedCpu(), fork.subject().stream(index));
      fork.register(worker);
      worker.stream.enter();
      worker.stream.leave();
      return worker;
    } catch (RuntimeException e) {
      FailureNote.leave(fork.directory(), e);
      throw e;
    }
  }

  /** Waits for the interval's start and takes the CPU. */
  void beginInterval(Fork fork) {
    waitUntil(fork.startAtNs());
    stream.enter();
    startedAtNs = wallClockNs();
    rusageAtStart = Rusage.ofThread();
    allocatedAtStart = THREADS.getCurrentThreadAllocatedBytes();
  }

  /** Gives the CPU back and keeps what the interval cost. */
  void endInterval(Fork fork) {
    allocatedBytes = THREADS.getCurrentThreadAllocatedBytes() - allocatedAtStart;
    rusage = Rusage.ofThread().minus(rusageAtStart);
    stream.leave();
    try {
      int now = ((PinnedThread) Thread.currentThread()).grantedCpu();
      if (now != cpu) {
        throw new IllegalStateException("worker " + index + " moved to CPU " + now);
      }
    } catch (RuntimeException e) {
      FailureNote.leave(fork.directory(), e);
      throw e;
    }
  }

  private static void waitUntil(long wallClockNs) {
    long waitNs = wallClockNs - wallClockNs();
    if (wallClockNs == 0 || waitNs <= 0) {
      return;
    }
    long deadline = System.nanoTime() + waitNs;
    for (long left = waitNs; left > WAKE_UP_NS; left = deadline - System.nanoTime()) {
      LockSupport.parkNanos(left - WAKE_UP_NS);
    }
    while (System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  static long wallClockNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  OperationStream stream() {
    return stream;
  }

  WorkerLatency latency() {
    return latency;
  }

  int index() {
    return index;
  }

  /** Read back, not asked for. */
  int cpu() {
    return cpu;
  }

  /** The kernel's id of the worker's thread. */
  OptionalInt thread() {
    return thread;
  }

  long startedAtNs() {
    return startedAtNs;
  }

  Rusage rusage() {
    return rusage;
  }

  long allocatedBytes() {
    return allocatedBytes;
  }
}
