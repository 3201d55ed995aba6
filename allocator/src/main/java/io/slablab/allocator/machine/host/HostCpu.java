package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cost;
import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.CpuTask;
import io.slablab.allocator.machine.Line;
import io.slablab.allocator.machine.Work;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A virtual CPU: a token that one thread holds.
 *
 * <p>Token: {@code owner} goes null -> thread by compare-exchange (acquire) and back by a volatile
 * store, so that the next holder sees all per-CPU data of the last one.
 */
class HostCpu extends Cpu {
  /**
   * Depth at which a CPU can wait for locks at once: task, softirq, hardirq, NMI as in qspinlock.
   */
  static final int QUEUE_NODES = 4;

  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(HostCpu.class, "owner", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Owner of the token of a CPU that is offline; never runs. */
  private static final Thread OFFLINE = Thread.ofPlatform().name("offline").unstarted(() -> {});

  /** What another CPU asked of this one. */
  record Request(CpuTask task, CountDownLatch done) {}

  @SuppressWarnings("unused") // through OWNER
  private @Nullable Thread owner;

  private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();

  /**
   * Requests not yet taken; read with opaque mode by {@link #poll}, so that polling costs a load.
   */
  private final AtomicInteger requested = new AtomicInteger();

  private final QueueNode[] queueNodes = new QueueNode[QUEUE_NODES];
  private int queueNodesTaken;
  private Work[] queued = new Work[8];
  private int queuedCount;
  private final DelayedWorks delayed = new DelayedWorks();

  /** Invariant: queuedCount + delayed.count(), so that a poll reads one field. */
  private int pendingWorks;

  private long randomState;

  HostCpu(int id, int node, long seed) {
    super(id, node);
    for (int i = 0; i < QUEUE_NODES; i++) {
      queueNodes[i] = new QueueNode();
    }
    randomState = seed;
  }

  // ---- token ----

  boolean tryEnter() {
    return OWNER.getOpaque(this) == null
        && OWNER.compareAndSet(this, (Thread) null, Thread.currentThread());
  }

  /** Volatile: the waiter in {@code onEachCpu} that posted before reads it after its post. */
  void exit() {
    OWNER.setVolatile(this, (Thread) null);
  }

  @Nullable Thread thread() {
    return (Thread) OWNER.getVolatile(this);
  }

  boolean isOffline() {
    return thread() == OFFLINE;
  }

  /** By the holder of the token: nobody can enter from now on. */
  void goOffline() {
    OWNER.setVolatile(this, OFFLINE);
  }

  // ---- work of others ----

  void post(Request request) {
    requests.add(request);
    requested.incrementAndGet();
    LockSupport.unpark(thread()); // it may sleep for a mutex
  }

  /** Runs what others asked, whatever the queued work; only where no spin lock is held. */
  void serveRequests() {
    if (requested.getOpaque() == 0 || !maySleep()) {
      return;
    }
    for (Request next = requests.poll(); next != null; next = requests.poll()) {
      requested.decrementAndGet();
      try {
        next.task().run(this);
      } finally {
        next.done().countDown(); // a task that throws must not leave its asker waiting
      }
    }
  }

  // ---- own work ----

  @Override
  public void queue(Work work) {
    if (work.claim()) {
      enqueue(work);
      pendingWorks++;
    }
  }

  private void enqueue(Work work) {
    if (queuedCount == queued.length) {
      queued = Arrays.copyOf(queued, 2 * queuedCount);
    }
    queued[queuedCount++] = work;
  }

  @Override
  public void queueDelayed(Work work, long delayNs) {
    long dueNs = System.nanoTime() + delayNs;
    if (work.claim()) {
      delayed.add(work, dueNs);
      pendingWorks++;
    } else {
      delayed.pullForward(work, dueNs);
    }
  }

  @Override
  public void poll() {
    if (requested.getOpaque() != 0) {
      serveRequests();
    }
    if (pendingWorks != 0) {
      runPending();
    }
  }

  /** Work that a work item queues runs in the same poll, unless it is delayed. */
  private void runPending() {
    if (!maySleep()) {
      return;
    }
    if (delayed.count() != 0) {
      enqueueDue(System.nanoTime());
    }
    for (int i = 0; i < queuedCount; i++) {
      queued[i].run(this);
    }
    Arrays.fill(queued, 0, queuedCount, null);
    queuedCount = 0;
    pendingWorks = delayed.count();
  }

  private void enqueueDue(long nowNs) {
    for (Work due = delayed.takeDue(nowNs); due != null; due = delayed.takeDue(nowNs)) {
      enqueue(due);
    }
  }

  /** All work to another CPU, whose token the caller holds too. */
  void moveWorksTo(HostCpu heir) {
    for (int i = 0; i < queuedCount; i++) {
      heir.enqueue(queued[i]);
    }
    heir.delayed.addAll(delayed);
    heir.pendingWorks += pendingWorks;
    Arrays.fill(queued, 0, queuedCount, null);
    queuedCount = 0;
    pendingWorks = 0;
  }

  // ---- waiting ----

  @Override
  public int relax(int turns) {
    serveRequests();
    return Spin.turn(turns);
  }

  @Override
  public void fence() {
    VarHandle.fullFence();
  }

  QueueNode takeQueueNode() {
    if (queueNodesTaken == QUEUE_NODES) {
      throw new IllegalStateException("waits for too many locks at once: cpu=" + id());
    }
    return queueNodes[queueNodesTaken++];
  }

  void giveQueueNode() {
    queueNodesTaken--;
  }

  // ---- costs: real work takes real time ----

  @Override
  public void charge(Cost tag) {}

  @Override
  public void charge(Cost tag, int units) {}

  @Override
  public void read(Line line) {}

  @Override
  public void write(Line line) {}

  /** SplitMix64. */
  @Override
  public long nextRandom() {
    long z = randomState += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
