package io.slablab.allocator.machine;

/**
 * A virtual CPU and the task that runs on it. Only the holder of its token may call it.
 *
 * <p>Interrupt and preemption state are depth counters; work queued here runs only at depth zero.
 */
public abstract class Cpu extends LinePad {
  /** The running task may use the memory reserves and must not enter reclaim. */
  public static final int PF_MEMALLOC = 1;

  /** Whatever the task asks for, reclaim must not start I/O for it, nor call into file systems. */
  public static final int PF_MEMALLOC_NOIO = 1 << 1;

  /** Whatever the task asks for, reclaim must not call into file systems for it. */
  public static final int PF_MEMALLOC_NOFS = 1 << 2;

  /** The running task was chosen to die for memory: it may use half of what reserve is left. */
  public static final int OOM_VICTIM = 1 << 3;

  private static final long NOT_RECLAIMING = -1;

  private final int id;
  private final int node;
  private int irqDepth;
  private int softirqDepth;
  private int taskFlags;
  private boolean fatalSignalPending;

  /**
   * The task's reclaim_state: slab pages it freed or promised while it reclaims; else
   * NOT_RECLAIMING.
   */
  private long reclaimed = NOT_RECLAIMING;

  protected Cpu(int id, int node) {
    this.id = id;
    this.node = node;
  }

  public final int id() {
    return id;
  }

  public final int node() {
    return node;
  }

  /** Interrupts off; nests. */
  public final void irqOff() {
    irqDepth++;
  }

  /** Undoes one {@link #irqOff}. */
  public final void irqOn() {
    if (irqDepth == 0) {
      throw new IllegalStateException("interrupts are on already: cpu=" + id);
    }
    irqDepth--;
  }

  public final boolean irqsOff() {
    return irqDepth > 0;
  }

  public final boolean inSoftirq() {
    return softirqDepth > 0;
  }

  /** Whether the running task may sleep, as far as interrupts and softirqs are concerned. */
  public final boolean maySleep() {
    return (irqDepth | softirqDepth) == 0;
  }

  public final int taskFlags() {
    return taskFlags;
  }

  public final void setTaskFlags(int flags) {
    taskFlags = flags;
  }

  /** Whether the running task was told to die; a killable lock then refuses to wait. */
  public final boolean fatalSignalPending() {
    return fatalSignalPending;
  }

  public final void setFatalSignalPending(boolean pending) {
    fatalSignalPending = pending;
  }

  /** The running task begins to reclaim: slab pages it frees from now on count as its progress. */
  public final void beginReclaim() {
    if (reclaimed != NOT_RECLAIMING) {
      throw new IllegalStateException("reclaims already: cpu=" + id);
    }
    reclaimed = 0;
  }

  public final boolean reclaiming() {
    return reclaimed != NOT_RECLAIMING;
  }

  /** Credits slab pages to the running task if it reclaims. */
  public final void addReclaimed(int pages) {
    if (reclaimed != NOT_RECLAIMING) {
      reclaimed += pages;
    }
  }

  /** Takes what was credited since the begin or the last call, in pages; 0 when not reclaiming. */
  public final long takeReclaimed() {
    long pages = Math.max(0, reclaimed);
    reclaimed -= pages;
    return pages;
  }

  /** The running task reclaims no more; credit not taken is lost. */
  public final void endReclaim() {
    reclaimed = NOT_RECLAIMING;
  }

  // ---- what a checker wants to know ----

  /**
   * An allocator is entered that may do whatever its flags allow, even when it need not now. Empty
   * unless the machine is watched; so are the next three.
   *
   * @param gfp the caller's flags
   */
  public void mightAlloc(int gfp) {}

  /** Something begins that may sleep, even when it need not now. */
  public void mightSleep() {}

  public void begin(Section section) {}

  /** Ends the innermost section of its kind. */
  public void end(Section section) {}

  /**
   * Runs a handler as if its interrupt had come here and now, on top of whatever the task holds.
   *
   * @throws IllegalStateException when interrupts are off
   */
  public final void interrupt(CpuTask handler) {
    if (irqsOff()) {
      throw new IllegalStateException("an interrupt cannot come while they are off: cpu=" + id);
    }
    irqOff();
    begin(Section.HARDIRQ);
    try {
      handler.run(this);
    } finally {
      end(Section.HARDIRQ);
      irqOn();
    }
  }

  /** Runs a task as a softirq: interrupts are on, it must not sleep, and no work runs meanwhile. */
  public final void softirq(CpuTask task) {
    softirqDepth++;
    begin(Section.SOFTIRQ);
    try {
      task.run(this);
    } finally {
      end(Section.SOFTIRQ);
      softirqDepth--;
    }
  }

  // ---- what a simulated machine charges for ----

  /** Charges local work. Empty on a real machine, where the work itself takes the time. */
  public abstract void charge(Cost tag);

  /** Charges local work that grows with {@code units} (CPUs, objects, words). */
  public abstract void charge(Cost tag, int units);

  /** Names a read of a shared line. Empty on a real machine. */
  public abstract void read(Line line);

  /** Names a write of a shared line. Empty on a real machine. */
  public abstract void write(Line line);

  /** Queues a work item here unless it is pending already. Callable under spin locks. */
  public abstract void queue(Work work);

  /**
   * Queues a work item that runs at the first poll that begins {@code delayNs} from now or later.
   * An item that is delayed already keeps the earlier of both times; one that is queued stays
   * queued. Callable under spin locks.
   */
  public abstract void queueDelayed(Work work, long delayNs);

  /**
   * Runs what other CPUs asked of this one and the work queued here. Called between operations,
   * with no lock held; returns at once while interrupts are off or in a softirq.
   */
  public abstract void poll();

  /**
   * One turn of a loop that waits for another CPU, with no spin lock held: serves what others ask
   * of this one, but runs no work of its own, which might want what the caller holds.
   *
   * @param turns waited so far, 0 at first
   * @return what to pass next time
   */
  public abstract int relax(int turns);

  /**
   * Every access of this CPU before it is seen by all before any access after it. For the pattern
   * "write mine, then read yours" on both sides, which acquire and release do not order.
   */
  public abstract void fence();

  /** The next number of this CPU's own seeded stream (freelist shuffling, defrag ratio). */
  public abstract long nextRandom();
}
